import type { CardView } from '../../core/cards/card.js';
import { oneLine, shorten, withoutDirectionMarks } from '../../core/text/shorten.js';
import type { AdaptiveCard, Element, TextBlock, Tone } from '../adaptive.js';
import { bind } from '../bind.js';
import { shortenTexts } from '../shorten.js';
import { type FeishuCard, type HeaderTemplate, plain, type TagColor } from './card.js';
import { draw, SPACING } from './draw.js';
import { fits, HEADER_TAGS_MAX } from './limits.js';

/** How much of a view is drawn, in rows of its long list and characters of a paragraph: the first that fits is taken. */
const measures = [
  { rows: 20, paragraph: 1000 },
  { rows: 12, paragraph: 600 },
  { rows: 8, paragraph: 300 },
  { rows: 5, paragraph: 120 },
  { rows: 3, paragraph: 60 },
  { rows: 1, paragraph: 30 },
];

/**
 * A view as a Feishu card (JSON 2.0) that Feishu accepts, whatever people typed: rows and paragraphs give way until it
 * fits, and if nothing does, it is the view in plain words.
 */
export function renderFeishu(view: CardView): FeishuCard {
  for (const { rows, paragraph } of measures) {
    const card = drawCard(shortenTexts(bind(view, rows), paragraph), view);
    if (fits(card)) return card;
  }
  return plainCard(view);
}

function drawCard({ body: [head, ...rest] }: AdaptiveCard, view: CardView): FeishuCard {
  const elements = draw(rest, { in: 'body' });
  const header = head && drawHeader(head);
  return { ...frame(view), ...(header ? { header } : {}), body: { vertical_spacing: SPACING, elements } };
}

/** The summary is what the list of chats shows under the bot's name. */
function frame({ plain }: CardView): Pick<FeishuCard, 'schema' | 'config'> {
  const summary = shorten(oneLine(withoutDirectionMarks(plain)), 60);
  return { schema: '2.0', config: { update_multi: true, summary: { content: summary || '…' } } };
}

const headerTemplates: Record<Tone, HeaderTemplate> = {
  default: 'default',
  emphasis: 'grey',
  accent: 'blue',
  good: 'green',
  warning: 'orange',
  attention: 'red',
};
const tagColors: Record<Tone, TagColor> = {
  default: 'neutral',
  emphasis: 'neutral',
  accent: 'blue',
  good: 'green',
  warning: 'orange',
  attention: 'red',
};

/** The header convention of `adaptive.ts`: first column title and subtitle, second column tags. */
function drawHeader(head: Element): FeishuCard['header'] {
  if (head.type !== 'Container' || head.id !== 'header') throw new Error('A card begins with its header');
  const [first, second] = head.items.flatMap((item) => (item.type === 'ColumnSet' ? item.columns : []));
  const [title, subtitle] = texts(first?.items);
  const tags = texts(second?.items).slice(0, HEADER_TAGS_MAX);
  return {
    title: plain(title?.text || '…'),
    ...(subtitle ? { subtitle: plain(subtitle.text) } : {}),
    template: headerTemplates[head.style ?? 'default'],
    ...(tags.length > 0
      ? {
          text_tag_list: tags.map(({ text, color }) => ({
            tag: 'text_tag',
            text: plain(text),
            color: tagColors[color ?? 'default'],
          })),
        }
      : {}),
  };
}

const texts = (elements: readonly Element[] = []): TextBlock[] =>
  elements.flatMap((element) => (element.type === 'TextBlock' && element.text !== '' ? [element] : []));

/** The view in words. Every character is at most 32 × 3 bytes of JSON and more than 2,000 such are rare, so it halves. */
function plainCard(view: CardView): FeishuCard {
  const words = withoutDirectionMarks(view.plain).trim();
  for (let max = 4000; ; max = Math.floor(max / 2)) {
    const text = { ...plain(shorten(words, max) || '…'), text_size: 'normal' as const };
    const card: FeishuCard = {
      ...frame(view),
      body: { vertical_spacing: SPACING, elements: [{ tag: 'div', text }] },
    };
    if (fits(card) || max <= 1) return card;
  }
}
