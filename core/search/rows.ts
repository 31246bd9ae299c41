import type { PanelRow } from '../cards/card.js';
import type { Looking } from '../cards/look.js';
import { button } from '../cards/panel.js';
import type { ConversationState } from '../conversations/conversation.js';
import { type AuthorKind, contentSchema } from '../conversations/message.js';
import { lastWordsIn } from '../conversations/transcript.js';
import { contentWords, messageWords } from '../conversations/words.js';
import { text } from '../i18n/texts.js';
import { formatTime } from '../i18n/time.js';
import { snippet } from './snippet.js';

const snippetLength = 60;

interface About extends Record<string, unknown> {
  id: string;
  code: string | null;
  state: ConversationState;
  openedAt: Date;
  customer: string;
  queue: string;
  owner: string | null;
}

const about = `c.id, c.code, c.state, c.opened_at as "openedAt", k.name as customer, q.name as queue, o.name as owner`;
const joined = `join customers k on k.tenant_id = c.tenant_id and k.id = c.customer_id
  join queues q on q.tenant_id = c.tenant_id and q.id = c.queue_id
  left join members o on o.tenant_id = c.tenant_id and o.id = c.owner_id`;

const titleOf = (row: About, who?: string): string =>
  [row.code ?? '', row.customer, ...(who === undefined ? [] : ['·', who])].filter(Boolean).join(' ');

const logButton = ({ tenant: { locale } }: Looking, conversation: string, at?: number) =>
  button(text(locale, 'card.button.log'), 'conversation.log', {
    conversation,
    ...(at === undefined ? {} : { before: at + 1 }),
  });

function detailOf({ tenant: { locale, timeZone }, now }: Looking, row: About, at: Date): string {
  return [
    formatTime(at, { timeZone, locale, now }),
    row.queue,
    ...(row.owner === null ? [] : [row.owner]),
    text(locale, `card.state.${row.state}`),
  ].join(' · ');
}

/** Conversations that were found by whose they are; each with what was said last. */
export async function conversationRows(looking: Looking, ids: readonly string[]): Promise<PanelRow[]> {
  if (ids.length === 0) return [];
  const { db, tenant } = looking;
  const [rows, last] = await Promise.all([
    db.query<About>(
      `select ${about} from conversations c ${joined}
        where c.tenant_id = $1 and c.id = any($2::uuid[]) order by array_position($2::uuid[], c.id)`,
      [tenant.id, ids],
    ),
    lastWordsIn(db, tenant.id, ids, 1),
  ]);
  return rows.map((row) => {
    const [said] = last.get(row.id) ?? [];
    return {
      title: titleOf(row, text(tenant.locale, 'search.person')),
      detail: detailOf(looking, row, row.openedAt),
      text: said ? snippet(messageWords(tenant.locale, said), [], snippetLength) : '',
      tone: 'accent',
      buttons: [logButton(looking, row.id)],
    };
  });
}

/** Messages that were found, by their numbers; each with the words around the hit. */
export async function messageRows(
  looking: Looking,
  numbers: readonly number[],
  runs: readonly string[],
): Promise<PanelRow[]> {
  if (numbers.length === 0) return [];
  const { db, tenant } = looking;
  const { locale } = tenant;
  const rows = await db.query<
    About & {
      number: number;
      at: Date;
      content: unknown;
      audience: 'customer' | 'staff';
      kind: AuthorKind;
      author: string | null;
      recalled: boolean;
    }
  >(
    `select ${about}, m.number, m.at, m.content, m.audience, m.author_kind as kind, m.author_name as author,
            m.recalled_at is not null as recalled
       from messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id ${joined}
      where m.tenant_id = $1 and m.number = any($2::bigint[]) order by m.number desc`,
    [tenant.id, numbers],
  );
  return rows.map((row) => {
    const isNote = row.audience === 'staff';
    const who =
      row.kind === 'customer'
        ? text(locale, 'conversation.author.customer')
        : (row.author ?? text(locale, `conversation.author.${row.kind}`));
    const words = contentWords(locale, contentSchema.parse(row.content));
    return {
      title: titleOf(row, isNote ? `${who} ${text(locale, 'conversation.noteMark')}` : who),
      detail: [
        detailOf(looking, row, row.at),
        ...(row.recalled ? [text(locale, 'search.mark.recalled')] : []),
      ].join(' · '),
      text: snippet(words, runs, snippetLength),
      tone: isNote ? 'warning' : 'default',
      buttons: [logButton(looking, row.id, row.number)],
    };
  });
}
