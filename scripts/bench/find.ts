import feishu from '../../bots/feishu/index.js';
import type { CardView } from '../../core/cards/card.js';
import type { Looking } from '../../core/cards/look.js';
import type { Panel } from '../../core/cards/panel.js';
import { memberById } from '../../core/members/member.js';
import { allOperations } from '../../core/operations/all.js';
import { livePanel } from '../../core/overview/live.js';
import { teamPanel } from '../../core/overview/team.js';
import { finding } from '../../core/search/find.js';
import { logPanel } from '../../core/search/log.js';
import type { Area, Measured } from './area.js';
import { type Million, openMillion } from './million.js';
import { quantile } from './numbers.js';

const rounds = 40;

export const find: Area = {
  name: 'find',
  about: 'looking through a million messages of a year, and the overview of the desk, as the panels do it',
  async run({ scope, quick, say }) {
    const messages = quick ? 5_000 : 1_000_000;
    const million = await openMillion(messages);
    scope.after(() => million.end());
    say(`${messages} messages made and indexed`);
    const look = await lookerOf(million);
    const rare = await rareWord(million);
    const cases: [string, 'supervisor' | 'agent', Panel, Record<string, unknown>][] = [
      ['find, a rare word', 'supervisor', finding, { words: rare, days: 'all' }],
      ['find, a common word', 'supervisor', finding, { words: '退货', days: 'all' }],
      ['find, a common word, by an agent of one queue', 'agent', finding, { words: '退货', days: 'all' }],
      ['find, a common word, 30 days', 'supervisor', finding, { words: '退货', days: '30' }],
      ['find, two words', 'supervisor', finding, { words: '退货 快递', days: 'all' }],
      ['find, a rare and a common word', 'supervisor', finding, { words: `${rare} 您好`, days: 'all' }],
      ['find, a sentence', 'supervisor', finding, { words: '什么时候发货', days: 'all' }],
      ['find, one character', 'supervisor', finding, { words: '货', days: 'all' }],
      ['find, an English beginning', 'supervisor', finding, { words: 'refu', days: 'all' }],
      ['find, a phone number', 'supervisor', finding, { words: million.phone, days: 'all' }],
      ['find, a customer’s name', 'supervisor', finding, { words: million.customerName, days: 'all' }],
      ['find, one character of names', 'supervisor', finding, { words: '王', days: 'all' }],
      ['find, nothing there', 'supervisor', finding, { words: '龘龘龘', days: 'all' }],
      [
        'find, a common word, far back',
        'supervisor',
        finding,
        { words: '退货', days: 'all', before: messages },
      ],
      ['find, rare, by an agent of one queue', 'agent', finding, { words: rare, days: 'all' }],
      ['live, the whole desk', 'supervisor', livePanel, {}],
      ['live, one queue', 'supervisor', livePanel, { queue: million.queueIds[0] }],
      ['team', 'supervisor', teamPanel, {}],
      ['log, newest page', 'supervisor', logPanel, { conversation: await longest(million) }],
      ['find, by one person', 'supervisor', finding, { words: '退货', days: 'all', agent: million.agentId }],
    ];
    const measured: Measured[] = [];
    for (const [name, who, panel, asked] of cases) {
      const times: number[] = [];
      let shown: CardView | undefined;
      for (let round = 0; round < (quick ? 2 : rounds); round++) {
        const since = performance.now();
        shown = await look(who, panel, asked);
        times.push(performance.now() - since);
      }
      const rows = shown?.template === 'panel' ? shown.data.rows.length : 0;
      const at = (name: string, share: number) => ({ name, value: quantile(times, share), unit: 'ms' });
      measured.push({
        what: `${name} (${rows} rows)`,
        figures: [at('p50', 0.5), at('p95', 0.95)],
      });
    }
    return measured;
  },
};

async function lookerOf({ db, vault, tenantId, now, supervisorId, agentId }: Million) {
  const looking: Looking = {
    db,
    tenant: {
      id: tenantId,
      name: '',
      locale: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      settings: { welcome: '' },
      robotName: '',
    },
    now,
    abilities: feishu.abilities,
    workable: ['feishu'],
    vault,
    quotaOf: async () => undefined,
    linkTo: () => '',
  };
  const operations = allOperations();
  return async (who: 'supervisor' | 'agent', panel: Panel, asked: Record<string, unknown>) => {
    const reader = await memberById(db, tenantId, who === 'agent' ? agentId : supervisorId);
    return reader && (await panel.view(looking, operations, reader, asked))?.view;
  };
}

/** A pair of characters that stands in a handful of messages only. */
async function rareWord({ db }: Million): Promise<string> {
  const [row] = await db.query<{ word: string }>(
    `select word from ts_stat('select search from messages tablesample system (20) repeatable (1)') where char_length(word) = 2 and word > '一' and ndoc between 2 and 6
      order by word limit 1`,
  );
  if (!row) throw new Error('every word is common');
  return row.word;
}

/** A conversation in which much was said. */
async function longest({ db, queueIds }: Million): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `select m.conversation_id as id from messages m join conversations c on c.id = m.conversation_id
      where c.queue_id = $1 group by 1 order by count(*) desc, 1 limit 1`,
    [queueIds[0]],
  );
  return row?.id ?? '';
}
