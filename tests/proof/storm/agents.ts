/** The agents of the storm, each at their client of a platform: one for each app, so that its deliveries are theirs. */
import type { App, Enterprise } from '../../enterprise-plan.js';
import { type Shown, seatAt } from '../../enterprise-seat.js';
import { until } from '../../sandbox.js';
import type { Stage } from '../../stage.js';
import type { Customer } from './customers.js';

/** A line of text that stands in an agent's client. */
export interface Line {
  text: string;
  /** Whether it tells what became of their words, and shows them again. */
  isTold: boolean;
}

export interface Agent {
  person: string;
  enterprise: Enterprise;
  app: App;
  /** Takes the conversation of a customer who waits. */
  claims(customer: Customer, hello: string): Promise<void>;
  /** What they type to a customer of theirs. */
  says(customer: Customer, text: string): Promise<void>;
  /** Every line they were sent, place by place, in order. */
  reads(): Promise<Line[]>;
}

/** What a notice quotes stands in these, on a line of its own. */
const quoted = '「';

export function agentAt(stage: Stage, enterprise: Enterprise, person: string): Agent {
  const app = enterprise.apps[0];
  if (!app) throw new Error(`enterprise ${enterprise.number} is on no platform`);
  const seat = seatAt(stage.sandbox, app, person);
  const inTopics = app.desk === 'topic';
  /** Where each conversation is spoken in: behind its code, or in its topic. */
  const places = new Map<string, { code: string } | { thread: string }>();

  async function placeOf(conversation: string): Promise<{ code: string } | { thread: string } | undefined> {
    const [row] = await stage.db.query<{ code: string; thread: string | null }>(
      `select c.code, (select k.thread from cards k where k.tenant_id = c.tenant_id and k.template = 'desk'
          and k.subject = 'conversation:' || c.id and k.thread is not null limit 1) as thread
         from conversations c where c.id = $1 and c.state = 'active'`,
      [conversation],
    );
    if (!row) return undefined;
    if (!inTopics) return { code: row.code };
    return row.thread === null ? undefined : { thread: row.thread };
  }

  async function waits(hello: string): Promise<boolean> {
    const rows = await stage.db.query(
      `select 1 from messages m join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
        where m.content->>'text' = $1 and c.state = 'waiting'`,
      [hello],
    );
    return rows.length > 0;
  }

  async function inChat(): Promise<Shown[]> {
    if (!inTopics) return [];
    const at = `messages?platform=${app?.platform}&as=${person}&chat=${app?.chat}&thread=*`;
    const { messages } = await stage.sandbox.control<{ messages: Shown[] }>('GET', at);
    return messages.filter(({ author }) => author.kind === 'bot');
  }

  return {
    person,
    enterprise,
    app,
    async claims(customer, hello) {
      await until(`${customer.key} waits`, () => waits(hello), 120_000);
      await seat.says('/claim');
      await until(
        `${person} has ${customer.key}`,
        async () => {
          const [row] = await stage.db.query<{ id: string }>(
            `select conversation_id as id from messages where content->>'text' = $1`,
            [hello],
          );
          const place = row && (await placeOf(row.id));
          if (place) places.set(customer.key, place);
          return place !== undefined;
        },
        120_000,
      );
    },
    async says(customer, text) {
      const place = places.get(customer.key);
      if (!place) throw new Error(`${person} has no conversation with ${customer.key}`);
      if ('code' in place) return void (await seat.says(`${place.code} ${text}`));
      await stage.sandbox.control('POST', 'say', {
        ...{ platform: app.platform, as: person, chat: app.chat, thread: place.thread, text },
      });
    },
    async reads() {
      const shown = [...(await seat.reads()), ...(await inChat())];
      return shown
        .filter(({ card, type }) => card === undefined && !type.includes('card'))
        .flatMap(({ content }) => wordsIn(content))
        .flatMap((words) => words.split('\n'))
        .map((text) => ({ text, isTold: text.trimStart().startsWith(quoted) }));
    },
  };
}

function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(wordsIn);
}
