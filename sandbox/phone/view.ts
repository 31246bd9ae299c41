/**
 * What a customer's phone shows of one chat, as a channel's stand-in tells it; `browser/` draws it, whatever the channel. A
 * stand-in serves `GET <base>/view` and `POST <base>/act`, both with the query that its page was opened with.
 */
export interface PhoneView {
  /** Who the customer writes to. */
  title: string;
  subtitle?: string;
  /** The customer's own name, or their id. */
  me: string;
  /** Who else this phone could be: the address of each one's page. */
  others?: { name: string; url: string }[];
  items: PhoneItem[];
  typing?: boolean;
  /** Stands in the composer's place while nothing can be written: what to press, and why. */
  gate?: { label: string; text: string };
  /** What can be sent beside words. */
  sends: readonly PhoneMedia[];
  menu?: PhoneMenuEntry[];
  /** Behind the three dots. */
  actions?: { key: string; label: string }[];
}

export type PhoneMedia = 'image' | 'voice' | 'video' | 'file' | 'location';

/** An entry that is pressed (`key`), leads somewhere (`url`), or opens further ones. */
export interface PhoneMenuEntry {
  name: string;
  key?: string;
  url?: string;
  items?: PhoneMenuEntry[];
}

export interface PhoneItem {
  id: string;
  /** Epoch ms. */
  at: number;
  side: 'me' | 'them' | 'notice';
  body: PhoneBody;
  /** How it came, for whoever looks at the wire: shown small under the bubble. */
  via?: string;
}

export type PhoneBody =
  /** `parts` are the same words with what can be pressed in them. */
  | { type: 'text'; text: string; parts?: PhoneTextPart[] }
  | { type: 'image'; url: string; name: string }
  | { type: 'voice' | 'video' | 'file'; url: string; name: string; text?: string }
  | { type: 'location'; latitude: number; longitude: number; name: string }
  | { type: 'link'; title: string; description: string; url: string }
  | { type: 'menu'; head: string; choices: { id: string; label: string }[]; tail: string };

export interface PhoneTextPart {
  text: string;
  url?: string;
  /** Pressed, it is said, with this id. */
  choice?: string;
}

/** What somebody did at the phone. */
export type PhoneAct =
  | { do: 'say'; text: string }
  | { do: 'send'; type: Exclude<PhoneMedia, 'location'>; name: string; base64: string; text?: string }
  | { do: 'locate'; latitude: number; longitude: number; name: string }
  | { do: 'choose'; item: string; id: string; label: string }
  | { do: 'menu'; key: string }
  | { do: 'gate' }
  | { do: 'action'; key: string };
