import { z } from 'zod';
import type { PanelButton, PanelRow } from '../cards/card.js';
import { type Looking, statusOf } from '../cards/look.js';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { customerName } from '../customers/customer.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import type { Member } from '../members/member.js';
import { done, operation, refuse } from '../operations/operation.js';
import { shorten, withoutDirectionMarks } from '../text/shorten.js';
import { exportLog } from './export.js';
import { authorOf, marksOf, wordsOf } from './line-words.js';
import { type Line, linesOf } from './lines.js';
import { conversationInSight } from './visible.js';

const page = z.object({
  conversation: z.uuid(),
  /** Only what the customer can see, too. */
  customerOnly: z.boolean().default(false),
  before: z.number().int().positive().optional(),
  after: z.number().int().positive().optional(),
});
type Page = z.infer<typeof page>;

const linesOnPage = 10;
const lineLength = 400;

/** What was said in a conversation, a page at a time, the newest page first. */
export const logPanel = panel({
  name: 'log',
  asked: page,
  async view(looking, reader, asked): Promise<Shown> {
    const { db, tenant, history = db } = looking;
    const { locale } = tenant;
    const conversation = await conversationInSight(db, tenant.id, reader, asked.conversation);
    if (!conversation) return { title: text(locale, 'error.conversationNotFound') };
    const part = {
      tenantId: tenant.id,
      conversationId: conversation.id,
      readerId: reader.id,
      customerOnly: asked.customerOnly,
    };
    const found = await linesOf(
      history,
      { ...part, before: asked.before, after: asked.after },
      linesOnPage + 1,
    );
    const isForward = asked.after !== undefined;
    const hasMore = found.length > linesOnPage;
    const lines = isForward ? found.slice(0, linesOnPage) : found.slice(-linesOnPage);
    const [first, last] = [lines[0], lines.at(-1)];
    const older = isForward ? first !== undefined : hasMore;
    const newer = isForward
      ? hasMore
      : last !== undefined &&
        asked.before !== undefined &&
        (await linesOf(history, { ...part, after: last.number }, 1)).length > 0;
    return {
      title: await customerName(db, tenant.id, conversation.customerId),
      tag: conversation.code ?? '',
      status: await statusOf(looking, conversation),
      told: asked.customerOnly ? text(locale, 'search.onlyCustomer') : '',
      rows: lines.map((line) => rowOf(looking, reader, line)),
      empty: text(locale, 'search.logEmpty'),
      buttons: buttonsOf(looking, asked, older ? first : undefined, newer ? last : undefined),
    };
  },
});

function buttonsOf(
  { tenant: { locale } }: Looking,
  { conversation, customerOnly }: Page,
  olderThan: Line | undefined,
  newerThan: Line | undefined,
): PanelButton[] {
  const turn = (key: 'older' | 'newer', to: Record<string, number>) =>
    button(text(locale, `search.button.${key}`), showLog.name, { conversation, customerOnly, ...to });
  return [
    ...(olderThan ? [turn('older', { before: olderThan.number })] : []),
    ...(newerThan ? [turn('newer', { after: newerThan.number })] : []),
    button(
      text(locale, customerOnly ? 'search.button.everything' : 'search.button.customerOnly'),
      showLog.name,
      {
        conversation,
        customerOnly: !customerOnly,
      },
    ),
    button(text(locale, 'search.button.export'), exportLog.name, { conversation }),
  ];
}

/** What the desk itself says stands back, in one subdued line. */
function rowOf(looking: Looking, reader: Member, line: Line): PanelRow {
  const { locale, timeZone } = looking.tenant;
  const title = `${authorOf(locale, line)} · ${formatTime(line.at, { timeZone, locale, now: looking.now })}`;
  const said = wordsOf(locale, reader, line);
  const words = shorten(withoutDirectionMarks(said.words), lineLength);
  if (line.kind === 'system') return { title, detail: words, text: '', tone: 'default', buttons: [] };
  const isHidden = line.kind === 'note' || line.kind === 'whisper';
  return {
    title,
    detail: marksOf(locale, line).join(' · '),
    text: [words, ...(said.mediaId === undefined ? [] : [looking.linkTo(said.mediaId)])].join('\n'),
    tone:
      line.delivery === 'failed'
        ? 'attention'
        : isHidden || line.delivery === 'unknown'
          ? 'warning'
          : 'default',
    buttons: [],
  };
}

/** Shows a conversation's whole transcript. */
export const showLog = operation({
  name: 'conversation.log',
  input: page,
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    const { scene, caller } = call;
    if (!caller || !(await conversationInSight(scene.tx, scene.tenant.id, caller, input.conversation)))
      return refuse(text(scene.tenant.locale, 'error.conversationNotFound'));
    await showPanel(call, logPanel, input);
    return done();
  },
});
