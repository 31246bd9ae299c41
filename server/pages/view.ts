import type { AdaptiveCard, Element } from '../../cards/adaptive.js';
import { bind } from '../../cards/bind.js';
import { shortenTexts } from '../../cards/shorten.js';
import { type Locale, text } from '../../core/i18n/texts.js';
import type { Shown } from '../../core/pages/show.js';
import { readOnly, withFormOpen, withPrints } from './buttons.js';
import type { Notice, PageState, PageWords } from './state.js';

/** A page has room for what people really write; beyond this nobody reads on a phone. */
const PARAGRAPH_MAX = 5_000;

/** The card behind a page, whole: what its buttons stand for is taken from here. */
export const boundCard = ({ drawn }: Shown): AdaptiveCard => shortenTexts(bind(drawn.view), PARAGRAPH_MAX);

/** What a page shows of it. */
export function stateOf(shown: Shown): PageState {
  const card = boundCard(shown);
  const open = shown.standing === 'open';
  return {
    title: headingOf(card) || text(shown.tenant.locale, 'page.title'),
    card: open ? withPrints(withFormOpen(card)) : readOnly(card),
    open,
    notice: open ? undefined : whyNotOpen(shown),
    files: shown.files && { to: headingOf(card), sent: shown.files },
  };
}

/** Why nothing can be decided here any more. */
function whyNotOpen({ tenant: { locale }, decided }: Shown): Notice {
  if (!decided) return { tone: 'warning', text: text(locale, 'page.moved') };
  return { tone: 'good', text: decidedBefore(locale, decided.outcome.say) };
}

/** To who decides on something again. */
export const decidedBefore = (locale: Locale, outcome: string | undefined): string =>
  outcome === undefined ? text(locale, 'page.decided') : text(locale, 'page.decidedAs', { outcome });

export const pageWords = (locale: Locale): PageWords => ({
  sending: text(locale, 'page.sending'),
  working: text(locale, 'page.working'),
  stillWorking: text(locale, 'page.stillWorking'),
  goBack: text(locale, 'page.goBack'),
  typed: text(locale, 'page.typed'),
  unreachable: text(locale, 'page.unreachable'),
  failed: text(locale, 'page.failed'),
  retry: text(locale, 'page.retry'),
  confirm: text(locale, 'card.button.confirm'),
  cancel: text(locale, 'card.button.cancel'),
  files: {
    title: text(locale, 'page.fileTitle'),
    hint: text(locale, 'page.fileHint'),
    choose: text(locale, 'page.fileChoose'),
    send: text(locale, 'card.button.send'),
    uploading: text(locale, 'page.fileUploading'),
    tooLarge: text(locale, 'page.fileTooLarge'),
    sent: text(locale, 'page.filesSent'),
  },
});

/** The header convention of `adaptive.ts`: the first text is the title. */
function headingOf({ body }: AdaptiveCard): string {
  const find = (elements: readonly Element[]): string | undefined => {
    for (const element of elements) {
      if (element.type === 'TextBlock') return element.text;
      const inside =
        element.type === 'Container'
          ? find(element.items)
          : element.type === 'ColumnSet'
            ? find(element.columns.flatMap(({ items }) => items))
            : undefined;
      if (inside !== undefined) return inside;
    }
    return undefined;
  };
  return find(body.slice(0, 1)) ?? '';
}
