import type { ZodType } from 'zod';
import type { Member } from '../members/member.js';
import type { Operations } from '../operations/registry.js';
import type { CardData, PanelButton } from './card.js';
import { type Drawn, type Looking, timeless } from './look.js';

/** What a panel shows; whatever is not said is empty. `phase`: what it decides on, of one that is about a conversation. */
export type Shown = Pick<CardData<'panel'>, 'title'> & Partial<CardData<'panel'>> & { phase?: string };

/**
 * One kind of panel: a list to look through and act on, for one member. `asked` is what it was asked to show (a page, a
 * filter, whose) and is kept with the card, so that a click on it leads from one showing to the next.
 */
export interface Panel {
  readonly name: string;
  view(looking: Looking, operations: Operations, reader: Member, asked: unknown): Promise<Drawn | undefined>;
}

/** A panel with its schema sealed in. What was asked and no longer parses shows nothing. */
export const panel = <Asked>(defined: {
  name: string;
  asked: ZodType<Asked>;
  view(looking: Looking, reader: Member, asked: Asked, operations: Operations): Promise<Shown | undefined>;
}): Panel => ({
  name: defined.name,
  async view(looking, operations, reader, given) {
    const asked = defined.asked.safeParse(given);
    const shown = asked.success && (await defined.view(looking, reader, asked.data, operations));
    return shown ? drawn(looking, shown) : undefined;
  },
});

const nothing: CardData<'panel'> = {
  title: '',
  tag: '',
  tone: 'accent',
  status: '',
  told: '',
  facts: [],
  rows: [],
  omitted: 0,
  empty: '',
  inputs: [],
  submit: [],
  buttons: [],
};

/** Panels have no version: they are drawn when somebody asks for them. */
function drawn({ tenant: { locale } }: Looking, { phase = timeless, ...shown }: Shown): Drawn {
  const data = { ...nothing, ...shown };
  const lines = [
    [data.title, data.tag].filter(Boolean).join(' '),
    data.status,
    data.told,
    ...data.facts.map(({ label, value }) => `${label}：${value}`),
    ...data.rows.map((row) => [row.title, row.detail, row.text].filter(Boolean).join(' · ')),
    ...(data.rows.length === 0 ? [data.empty] : []),
  ];
  const plain = lines.filter(Boolean).join('\n');
  return { version: 0, phase, view: { template: 'panel', locale, plain, data } };
}

/** A button of a panel. */
export const button = (
  label: string,
  operation: string,
  given: PanelButton['arguments'] = {},
  more: Partial<Pick<PanelButton, 'style' | 'confirm'>> = {},
): PanelButton => ({ label, operation, arguments: given, style: 'default', ...more });

/** Of all the rows those of a page, and the buttons to the pages beside it, which ask the same with another page. */
export function paged(
  { page, pages }: { page: number; pages: number },
  words: { previous: string; next: string },
  operation: string,
  asked: PanelButton['arguments'],
): PanelButton[] {
  return [
    ...(page > 1 ? [button(words.previous, operation, { ...asked, page: page - 1 })] : []),
    ...(page < pages ? [button(words.next, operation, { ...asked, page: page + 1 })] : []),
  ];
}
