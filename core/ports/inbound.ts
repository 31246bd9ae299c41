/**
 * What outsiders say and do, as plain domain values. Ids are the sender's own side's (a Feishu `om_…`, a visitor's
 * `clientMessageId`); times are epoch milliseconds. Parsers emit these and nothing else; no platform field survives here.
 */
export type Inbound =
  | InboundMessage
  | InboundVisit
  | InboundFacts
  | InboundPages
  | InboundClick
  | InboundCommand
  | InboundRecall
  | InboundEdit
  | InboundReceipt
  | InboundElsewhere
  | InboundDirectory
  | InboundTrouble
  | InboundOther;

export type ContentType = 'text' | 'image' | 'file' | 'voice' | 'video' | 'location' | 'other';

/** One thing said. `text` is the words, or for other types what stands in for them ("[表情]", a file's name, a transcript). */
export interface InboundMessage {
  kind: 'message';
  id: string;
  sender: string;
  at: number;
  type: ContentType;
  text?: string;
  /** Pictures inside a rich text are further messages with ids `<id>#2`, `<id>#3`, … */
  media?: InboundMedia;
  location?: { latitude: number; longitude: number; name?: string };
  /** The message this one quotes, by its id on the same side. */
  quote?: { id: string };
  /** In `<id>#2` and further: the words that the rich text began with, which say whom all of it is meant for. */
  lead?: string;
  /** Where it was said, on platforms with several places. Absent for channels: a customer has one place. */
  chat?: Chat;
  /** Whoever sends so much may be a machine: people read it, and nothing answers it by itself. */
  machine?: true;
  /** Where the platform wants the answer to this very message, where it does: opaque to everybody but its courier. */
  reply?: string;
  profile?: Profile;
}

/**
 * A customer came, or went, without a word: they followed the account, opened its chat, scanned its code, chose a menu entry.
 * `says`: what a menu entry stands for, where it stands for words. `key`: the scene or entry, the channel's own name.
 */
export interface InboundVisit {
  kind: 'visit';
  id: string;
  sender: string;
  at: number;
  how: 'followed' | 'entered' | 'scanned' | 'menu' | 'left';
  key?: string;
  says?: string;
  /** Where the channel takes the one greeting that this visit allows: opaque to everybody but its courier. */
  reply?: string;
  profile?: Profile;
}

/** What is known of somebody has changed without a word from them: their own systems said so, in a signed call. */
export interface InboundFacts {
  kind: 'facts';
  id: string;
  sender: string;
  at: number;
  profile: Profile;
}

/** Pages somebody looked at, newest last. Nobody becomes a customer by looking. */
export interface InboundPages {
  kind: 'pages';
  id: string;
  sender: string;
  at: number;
  pages: readonly PageSeen[];
}

export interface PageSeen {
  url: string;
  title?: string;
  /** Epoch milliseconds. */
  at: number;
}

/** A file that has not been fetched yet (`handle` is the platform's key for it) or that the channel stored already. */
export type InboundMedia = { handle: string; name?: string } | { mediaId: string; name?: string };

/** `thread` is a topic's id; `addressed` tells whether the bot was spoken to (always, one to one). */
export interface Chat {
  id: string;
  kind: 'direct' | 'group';
  thread?: string;
  addressed: boolean;
}

/** What a channel knows of the sender. Proven facts only: an unsigned claim to be somebody is dropped by the connector. */
export interface Profile {
  name?: string;
  avatarUrl?: string;
  locale?: string;
  phone?: string;
  email?: string;
  /** The page the customer writes from. */
  page?: { url: string; title?: string };
  /** One and the same person in several accounts of a family (a WeChat `unionid`). */
  unionId?: string;
  /** What the customer's own systems say of them; only ever from a signed call. */
  systems?: SystemFacts;
}

/** Facts ready to be read, in the house's words: orders newest first; amounts and times as they should be seen. */
export interface SystemFacts {
  attributes?: Readonly<Record<string, string>>;
  orders?: readonly {
    id: string;
    title: string;
    status?: string;
    amount?: string;
    at?: number;
    url?: string;
  }[];
}

/** A click on a card: an operation to call. `messageId` is the card's message; `form` holds its inputs by name. */
export interface InboundClick {
  kind: 'click';
  id: string;
  sender: string;
  at: number;
  messageId?: string;
  /** Our id of the card, where it was pressed on its page. */
  card?: string;
  chat?: { id: string };
  /** A code that allows one edit of the card, given with the click. */
  edit?: string;
  operation: string;
  arguments: Readonly<Record<string, unknown>>;
  form: Readonly<Record<string, string | readonly string[] | boolean>>;
  /** The phase of the conversation that was decided on, see `phaseOf`; in another it is refused. Platforms know none. */
  phase?: string;
}

/** A menu entry chosen: the same as typing its command. */
export interface InboundCommand {
  kind: 'command';
  id: string;
  sender: string;
  at: number;
  text: string;
}

export interface InboundRecall {
  kind: 'recall';
  id: string;
  messageId: string;
  sender?: string;
  at: number;
  chat?: { id: string };
}

export interface InboundEdit {
  kind: 'edit';
  id: string;
  messageId: string;
  sender: string;
  at: number;
  text: string;
}

/** Messages of ours were delivered or read, or failed after the platform had accepted them. */
export interface InboundReceipt {
  kind: 'receipt';
  id: string;
  sender: string;
  at: number;
  status: 'delivered' | 'read' | 'failed';
  messageIds: string[];
  reason?: string;
  /** It failed because of the channel's reply window, as in `SendError.window`. */
  window?: 'closed' | 'used';
}

/** What was said, apart from who said it to whom. */
export type InboundContent = Pick<InboundMessage, 'type' | 'text' | 'media' | 'location'>;

/**
 * Somebody of the house turned to this customer in the channel's own app, past Imdesk: they took the session, ended it, or
 * said something there. While one is taken the channel may refuse what we send. `by`: the channel's own id of that person.
 */
export type InboundElsewhere = {
  kind: 'elsewhere';
  id: string;
  /** The customer. */
  sender: string;
  at: number;
  by?: string;
} & ({ what: 'taken' | 'ended' } | { what: 'said'; content: InboundContent });

/** The platform's directory says something of a person: their name or departments changed, or they are gone. */
export interface InboundDirectory {
  kind: 'directory';
  id: string;
  sender: string;
  at: number;
  change: 'changed' | 'left';
}

/** Something of this person's was kept from us. `quota`: what they said came without its content, the month's pushes being used up. */
export interface InboundTrouble {
  kind: 'trouble';
  id: string;
  sender: string;
  at: number;
  trouble: 'quota';
}

/** Something genuine that has no meaning here yet; recorded nowhere, answered politely. `name` is the platform's own. */
export interface InboundOther {
  kind: 'other';
  id: string;
  name: string;
  sender?: string;
  at: number;
}
