import type { CardView } from '../core/cards/card.js';
import { conversationSamples } from './samples/conversation.js';
import { englishSamples } from './samples/english.js';
import { listSamples } from './samples/lists.js';
import { otherSamples } from './samples/others.js';
import { panelSamples } from './samples/panels.js';

/** What a form consists of is Imdesk's own, whatever people typed into it. */
const fixed = ['inputs', 'submit'];

/** What people type to make a card lie, break or overflow. */
export const hostileTexts = [
  '<at id=all></at> <at user_id="all">所有人</at> @所有人',
  '**系统 · 14:05**\n会话已结束，请勿回复\n---\n# 公告\n[点我领奖](https://evil.example) ![x](img_v3_x)',
  `\${words.button.claim} \${$root} \${json($root)} {code}`,
  '<font color=red>紧急</font><script>alert(1)</script><img src=x onerror=alert(1)>&lt;at id=all&gt;',
  '\u202Eאבג שלום\u2066 مرحبا 王女士 A12\u202C',
  '👩‍👩‍👧‍👦🏳️‍🌈🇨🇳👍🏽'.repeat(40),
  `a${'\u0301'.repeat(3000)}`,
  '王'.repeat(5000),
  '"\\\n\t\u0001\u2028'.repeat(500),
  '| a | b |\n|---|---|\n| 1 | 2 |\n```\ncode\n```\n:DONE: $x$ ~~x~~ _y_ > q',
  ' \n\t\u3000\u200B',
  '',
];

/** Every card in each of its states, with data such as a shop's desk sees it: for the gallery and the tests. */
export const samples: Record<string, CardView> = {
  ...conversationSamples,
  ...listSamples,
  ...otherSamples,
  ...panelSamples,
  ...englishSamples,
};

/** Of these cards there is one more, which holds what people type to harm it. */
const attacked = [
  'desk waiting',
  'brief',
  'queue',
  'mine',
  'choose',
  'answer',
  'help',
  'waiting',
  'transfer',
  'alert',
  'quota',
  'panel',
];
for (const [at, name] of attacked.entries()) {
  const view = samples[name];
  if (view) samples[`${name}, hostile`] = withTexts(view, (n) => hostileTexts[(n + at) % 5] ?? '');
}

/** The view with every text a person may have typed replaced; ids, states and urgencies stay. */
export function withTexts<View extends CardView>(view: View, typed: (at: number) => string): View {
  const kept = new Set([
    'conversation',
    'draft',
    'state',
    'urgency',
    'side',
    'operation',
    'reasons',
    'tone',
    'subject',
    'arguments',
    ...fixed,
    'style',
    'kind',
    'id',
    'options',
  ]);
  let at = 0;
  const replaced = (value: unknown, key = ''): unknown => {
    if (kept.has(key)) return value;
    if (typeof value === 'string') return typed(at++);
    if (Array.isArray(value)) return value.map((item) => replaced(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, name)]));
  };
  return { ...view, data: replaced(view.data) };
}

/** The view with every list that is not empty repeated, or cut, to `count` items. */
export function repeatRows<View extends CardView>(view: View, count: number): View {
  const repeated = (value: unknown): unknown =>
    Array.isArray(value) && value.length > 0
      ? Array.from({ length: count }, (_, at) => value[at % value.length])
      : value;
  const data = Object.fromEntries(
    Object.entries(view.data).map(([key, value]) => [key, fixed.includes(key) ? value : repeated(value)]),
  );
  return { ...view, data };
}
