import { createHash } from 'node:crypto';
import type { CardView } from '../../core/cards/card.js';
import { text } from '../../core/i18n/texts.js';
import { oneLine, shorten, withoutDirectionMarks } from '../../core/text/shorten.js';
import type { AdaptiveCard, Element, TextBlock } from '../adaptive.js';
import { bind } from '../bind.js';
import { shortenTexts } from '../shorten.js';
import type { DingtalkCard } from './card.js';
import { type Body, draw } from './draw.js';
import { inert } from './inert.js';
import { fits, SUMMARY_MAX, TAG_MAX } from './limits.js';
import { looks } from './tone.js';

/** How much of a view is drawn, in rows of its long list and characters of a paragraph: the first that fits is taken. */
const measures = [
  { rows: 15, paragraph: 800 },
  { rows: 10, paragraph: 500 },
  { rows: 6, paragraph: 200 },
  { rows: 3, paragraph: 60 },
  { rows: 1, paragraph: 30 },
];

/**
 * A view as the values of our generic template, whatever people typed: rows and paragraphs give way until they fit, and
 * if nothing does, it is the view in plain words.
 *
 * `stamp` names what is shown, and a notice to one reader is shown only while the stamp it was given under stands, so a
 * redraw ends it for those too whom the redraw cannot name. In the same way an owner's buttons last while `owned_by` names
 * the owners they were given to.
 */
export function renderDingtalk(view: CardView): DingtalkCard {
  for (const { rows, paragraph } of measures) {
    const values = drawCard(shortenTexts(bind(view, rows), paragraph), view);
    if (fits(values)) return stamped(values, view);
  }
  return stamped(plainCard(view), view);
}

type Values = Record<string, string>;

function stamped(values: Values, { owners }: CardView): DingtalkCard {
  const owned_by = owners ? digest([...owners].sort()) : '';
  const shown = { ...values, everyone: String(owners === undefined), owned_by };
  return {
    cardParamMap: { ...shown, stamp: digest(shown) },
    privateParamMap: owners ? { owned_at: owned_by } : {},
    lastMessage: values.lastMessage ?? '',
  };
}

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 16);

function drawCard({ body: [head, ...rest] }: AdaptiveCard, view: CardView): Values {
  return { ...common(view), ...header(head), ...bodyValues(draw(rest)) };
}

const common = ({ plain, locale }: CardView): Values => ({
  lastMessage: inert(shorten(oneLine(withoutDirectionMarks(plain)), SUMMARY_MAX)) || '…',
  cancel: text(locale, 'card.button.cancel'),
});

/** The header convention of `adaptive.ts`: first column title and subtitle, second column tags, of which one is shown. */
function header(head: Element | undefined): Values {
  if (head?.type !== 'Container' || head.id !== 'header') throw new Error('A card begins with its header');
  const [first, second] = head.items.flatMap((item) => (item.type === 'ColumnSet' ? item.columns : []));
  const [title, subtitle] = texts(first?.items);
  const [tag] = texts(second?.items);
  const look = looks[head.style ?? 'default'];
  return {
    title: inert(title?.text || '…'),
    subtitle: inert(subtitle?.text ?? ''),
    tag: inert(shorten(tag?.text ?? '', TAG_MAX)),
    header_color: look.ground,
    subtitle_color: look.words,
    tag_color: look.tag,
  };
}

const texts = (elements: readonly Element[] = []): TextBlock[] =>
  elements.flatMap((element) => (element.type === 'TextBlock' && element.text !== '' ? [element] : []));

/** Every public variable of a body, set or empty: what is not named keeps the value of the drawing before. */
const bodyValues = ({ blocks, buttons, form }: Body): Values => ({
  blocks: JSON.stringify(blocks),
  buttons: JSON.stringify(buttons),
  form: JSON.stringify({ fields: form?.fields ?? [] }),
  form_title: form?.title ?? '',
  form_button: form?.button ?? '',
  form_action: form?.action ?? '',
});

/** The view in words. */
function plainCard(view: CardView): Values {
  const words = withoutDirectionMarks(view.plain).trim();
  const none = { title: '', subtitle: '', tag: '', header_color: '', subtitle_color: '', tag_color: 'gray' };
  for (let max = 4000; ; max = Math.floor(max / 2)) {
    const said = inert(shorten(words, max)) || '…';
    const body: Body = {
      blocks: [{ kind: 'text', text: said, color: 'common_level1_base_color' }],
      buttons: [],
    };
    const values = { ...common(view), ...none, ...bodyValues(body) };
    if (fits(values) || max <= 1) return values;
  }
}
