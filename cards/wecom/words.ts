import { type Locale, text } from '../../core/i18n/texts.js';
import type { ClickAnswer } from '../../core/ports/bot.js';
import type { Tone } from '../adaptive.js';
import { fit, fits, line, widthOf } from '../measure.js';
import type { SourceColor, WecomCard } from './card.js';
import type { Lengths } from './limits.js';
import type { Outline } from './outline.js';
import { codeOf, leadOf, optionOf } from './rows.js';

export type Notice = NonNullable<ClickAnswer['toast']>;

type Words = Pick<WecomCard, 'source' | 'main_title' | 'quote_area' | 'sub_title_text'>;

/** There is no orange: what will be late soon is told from what is late by its words. */
const toneColors: Record<Tone, SourceColor> = {
  default: 0,
  emphasis: 0,
  accent: 1,
  good: 3,
  warning: 2,
  attention: 2,
};
const noticeColors: Record<Notice['type'], SourceColor> = { success: 3, info: 1, warning: 2, error: 2 };
const noticeMarks: Record<Notice['type'], string> = { success: '✓ ', info: '', warning: '⚠ ', error: '⚠ ' };

/** All that is read on a card besides its rows. `isWhole`: whether nothing was left out. */
export function wordsOn(
  outline: Outline,
  room: Lengths,
  { notice, hasPage, locale }: { notice?: Notice; hasPage: boolean; locale: Locale },
): Words & { isWhole: boolean } {
  const quoted = quoteOf(outline, room);
  const others = outline.said.filter((said) => said !== quoted);
  const paragraphs = [
    ...others.filter((said) => said.stressed).map((said) => said.text),
    ...outline.paragraphs,
  ];
  const paragraph = paragraphs.join('\n');
  const { text: words = '', label = '' } = quoted ?? {};
  const { source, description } = headOf(outline, room, { notice, hasPage, locale });
  return {
    ...(source.desc && { source: { ...source, desc: fit(source.desc, room.source) } }),
    main_title: {
      title: titleOf(outline, room),
      ...(description && { desc: fit(description, room.description) }),
    },
    ...(words && {
      quote_area: {
        ...(label && { title: fit(label, room.quoteTitle) }),
        quote_text: fit(words, room.quote),
      },
    }),
    ...(paragraph && { sub_title_text: fit(paragraph, room.paragraph) }),
    isWhole:
      outline.folded.length === 0 &&
      others.every((said) => said.stressed) &&
      fits(words, room.quote) &&
      fits(paragraph, room.paragraph),
  };
}

/**
 * The first line and the line below the title. A notice takes the first line, in its own colour, and how things stand
 * moves down; one too long for that stands below the title and colours the first line.
 */
function headOf(
  outline: Outline,
  room: Lengths,
  { notice, hasPage, locale }: { notice?: Notice; hasPage: boolean; locale: Locale },
) {
  const [note = ''] = [...outline.notes, ...(hasPage ? [] : [outline.left])];
  const color = notice ? noticeColors[notice.type] : toneColors[outline.tone];
  const told = notice ? `${noticeMarks[notice.type]}${line(notice.text)}` : '';
  const isFirst = told !== '' && fits(told, room.source);
  const tags = isCount(outline.tags) ? [] : outline.tags;
  const status = outline.subtitle || tags.join(' · ') || urging(outline, locale);
  return {
    source: { desc: isFirst ? told : status, desc_color: color },
    description: isFirst ? status || note : told || note,
  };
}

/** What wants to be looked at says so in a word; a list of customers, that one of them has waited long. */
function urging({ tone, rows: [row] }: Outline, locale: Locale): string {
  if (tone !== 'warning' && tone !== 'attention') return '';
  if (!row) return text(locale, `card.tone.${tone}`);
  return tone === 'attention' && codeOf(row) !== '' ? text(locale, 'card.longWait') : '';
}

/** A bare number says nothing without the title. */
const isCount = (tags: readonly string[]): boolean => tags.every((tag) => /^\d+$/.test(tag));

/** "王女士 · A12": the code is read, however long the name. */
function titleOf({ title, subtitle, tags }: Outline, room: Lengths): string {
  const suffix = tags.length > 0 && (subtitle || isCount(tags)) ? ` · ${tags.join(' · ')}` : '';
  const fixed = fit(suffix, room.title / 2);
  return (fit(title, room.title - widthOf(fixed)) || '…') + fixed;
}

/** Of a list the first, with its last words; else the customer's last words; else a rating, a draft, a reason. */
function quoteOf(outline: Outline, room: Lengths): Outline['said'][number] | undefined {
  const { said } = outline;
  const lead = leadOf(outline);
  if (lead) {
    const [detail = '', ...more] = lead.details;
    const label = optionOf(lead, room.quoteTitle);
    // Where there is no room for it above, it stands with the rest.
    const isAbove = codeOf(lead) !== '' || label.endsWith(detail);
    const text = [...(isAbove ? [] : [detail]), ...more].join('\n');
    return { label, text, stressed: false, byCustomer: true };
  }
  return (
    said.findLast(({ byCustomer }) => byCustomer) ??
    said.findLast(({ stressed }) => !stressed) ??
    said.findLast(() => true)
  );
}
