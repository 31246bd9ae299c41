import { isColor } from '../../chat/ink.js';

/** What the script tag says. */
export interface Settings {
  /** `https://desk.example/channels/web/<account>` */
  base: string;
  account: string;
  userId?: string;
  userName?: string;
  userSignature?: string;
  /** A JWT that says all of it. */
  userJwt?: string;
  lang: string;
  color?: string;
  open: boolean;
}

/** Reads the tag this code was loaded by; undefined, and said on the console, when it names no account. */
export function settingsOf(script: HTMLScriptElement | null): Settings | undefined {
  const account = script?.dataset.account;
  if (!script || !account) {
    console.error('imdesk: the script tag of the widget needs data-account="<account id>"');
    return undefined;
  }
  const { userId, userName, userSignature, userJwt, lang, color, open } = script.dataset;
  return {
    base: new URL(encodeURIComponent(account), script.src).href,
    account,
    userId,
    userName,
    userSignature,
    userJwt,
    lang: lang ?? (document.documentElement.lang || navigator.language),
    color: isColor(color) ? color : undefined,
    open: open !== undefined && open !== 'false',
  };
}
