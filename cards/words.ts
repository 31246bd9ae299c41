import { en } from '../core/i18n/en.js';
import type { Locale } from '../core/i18n/texts.js';
import { zhCN } from '../core/i18n/zh-CN.js';

export interface Words {
  readonly [name: string]: string | Words;
}

/** The card area of the catalogue with its dotted keys unfolded: `words.button.claim` in a template. */
export const wordsOf: Record<Locale, Words> = { 'zh-CN': unfold(zhCN.card), en: unfold(en.card) };

function unfold(texts: Readonly<Record<string, string>>): Words {
  const words: Record<string, string | Record<string, string>> = {};
  for (const [key, text] of Object.entries(texts)) {
    const dot = key.indexOf('.');
    if (dot < 0) words[key] = text;
    else {
      const group = words[key.slice(0, dot)];
      words[key.slice(0, dot)] = { ...(typeof group === 'object' ? group : {}), [key.slice(dot + 1)]: text };
    }
  }
  return words;
}
