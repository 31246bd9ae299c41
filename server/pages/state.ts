import type { AdaptiveCard } from '../../cards/adaptive.js';
import type { SentFile } from '../../core/pages/files.js';

/** What a page shows at one moment. */
export interface PageState {
  title: string;
  /** Absent when there is nothing to see any more. */
  card?: AdaptiveCard;
  /** Whether it can be decided on; if not, `notice` says why, and the card has neither buttons nor forms. */
  open: boolean;
  notice?: Notice;
  /** Present where a file can be sent to the customer: whom to, and what they sent. */
  files?: { to: string; sent: readonly SentFile[] };
}

export interface Notice {
  tone: 'good' | 'warning';
  text: string;
}

/** What a page is given with its first state. */
export interface PageStart {
  state: PageState;
  /** To be sent along with every form. */
  token: string;
  words: PageWords;
}

/** What the page itself has to say. */
export interface PageWords {
  sending: string;
  working: string;
  stillWorking: string;
  goBack: string;
  typed: string;
  unreachable: string;
  failed: string;
  retry: string;
  confirm: string;
  cancel: string;
  files: FileWords;
}

/** What the part with the files has to say. */
export interface FileWords {
  title: string;
  hint: string;
  choose: string;
  send: string;
  uploading: string;
  tooLarge: string;
  sent: string;
}

/** The largest file that a page takes. */
export const fileBytesMax = 20 * 1024 * 1024;

/** One press of a button. */
export interface Press {
  token: string;
  button: string;
  form: Record<string, string>;
  /** The same for every attempt to send it. */
  press: string;
}

/**
 * The answer to a press. `working`: it was recorded and is being handled; ask again with the same press. `refused`: it
 * was not taken, and what was typed is still to be sent.
 */
export type PressAnswer =
  | { kind: 'done' | 'refused'; notice: Notice; state: PageState }
  | { kind: 'working' };
