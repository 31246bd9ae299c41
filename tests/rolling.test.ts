/** Every process is stopped and started anew, one after the other, while customers write and agents answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import type { ChatMessage } from '../connectors/web/chat/wire.js';
import { pageOrigin } from './company.js';
import { wordsOf } from './enterprise-seat.js';
import { openFront } from './front.js';
import { until } from './sandbox.js';
import { openStage, type Stage } from './stage.js';
import type { Visitor } from './visitor.js';

const lateMs = 60_000;
const backends = ['postgres', 'redis'] as const;

/** One customer with one agent, what each of them said and when. */
interface Talk {
  mark: string;
  visitor: Visitor;
  seat: ReturnType<Stage['seat']>;
  /** Rounds between two messages: WeCom lets few of them through to one member. */
  every: number;
  asked: Map<string, number>;
  answered: Map<string, number>;
}

/** Goes on trying, as a browser does, until it was accepted. */
async function saysUntilTaken(visitor: Visitor, text: string, id: string): Promise<void> {
  await until(
    `${text} is accepted`,
    () =>
      visitor.posts({ id, text }).then(
        ({ ok }) => ok,
        () => false,
      ),
    lateMs,
  );
}

/** A widget's socket: it comes back whenever it was closed, to whichever process, and goes on after what it has seen. */
function keepWidget(url: string, { account, token }: Visitor) {
  const seen: ChatMessage[] = [];
  let after = 0;
  let closed = false;
  let socket: WebSocket | undefined;
  let connections = 0;
  const come = (): void => {
    if (closed) return;
    socket = new WebSocket(`${url.replace('http', 'ws')}/channels/web/${account}/socket`, {
      origin: pageOrigin,
    });
    socket.on('open', () => {
      connections += 1;
      socket?.send(JSON.stringify({ type: 'hello', token, after }));
    });
    socket.on('message', (data) => {
      const frame: { type: string; messages?: ChatMessage[]; after?: number } = JSON.parse(String(data));
      if (frame.type !== 'messages') return;
      seen.push(...(frame.messages ?? []));
      after = frame.after ?? after;
    });
    socket.on('error', () => {});
    socket.on('close', () => setTimeout(come, 50));
  };
  come();
  return {
    seen,
    connections: () => connections,
    close() {
      closed = true;
      socket?.close();
    },
  };
}

const marksIn = (text: string): string[] => text.match(/x[qr][a-z0-9]+n\d+x/g) ?? [];
const textOf = ({ content }: ChatMessage): string => ('text' in content ? (content.text ?? '') : '');

for (const backend of backends) {
  const skip = backend === 'redis' && !process.env.TEST_REDIS_SERVER ? 'no redis-server' : false;
  test(`on ${backend}, a rolling restart loses, doubles and delays nothing`, { skip }, async (t) => {
    const stage = await openStage(t, {
      ...{ backend, redisServer: process.env.TEST_REDIS_SERVER, front: openFront },
      ...{ web: 2, worker: 2, gateway: 2, env: { DRAIN_SECONDS: '1' } },
      plans: [
        { agents: 1, apps: [{ platform: 'feishu', transport: 'http' }] },
        { agents: 1, apps: [{ platform: 'feishu', transport: 'socket' }] },
        { agents: 1, apps: [{ platform: 'dingtalk', transport: 'socket' }] },
        { agents: 1, apps: [{ platform: 'wecom', transport: 'http' }] },
      ],
    });
    const talks = await Promise.all(
      stage.enterprises.map(async (one): Promise<Talk> => {
        const seat = stage.seat(one, one.agents[0] ?? '');
        const visitor = await stage.visit(one, `客户${one.number}`);
        await visitor.says('转人工');
        await seat.sees(`客户${one.number}`);
        await seat.says('/claim');
        await visitor.hears('已为您接入');
        const every = one.apps[0]?.platform === 'wecom' ? 5 : 1;
        return { mark: `t${one.number}`, visitor, seat, every, asked: new Map(), answered: new Map() };
      }),
    );
    const [first] = talks;
    assert.ok(first);
    const widget = keepWidget(stage.url, first.visitor);
    t.after(() => widget.close());

    let over = false;
    const asking = talks.map(async ({ mark, visitor, every, asked }) => {
      for (let round = 0; !over; round += 1) {
        const words = `xq${mark}n${round}x`;
        asked.set(words, stage.clock.now());
        await saysUntilTaken(visitor, `${words} 还在吗`, words);
        await delay(every * 1_000);
      }
    });
    const answering = talks.map(async ({ mark, seat, every, answered }) => {
      for (let round = 0; !over; round += 1) {
        const words = `xr${mark}n${round}x`;
        answered.set(words, stage.clock.now());
        await seat.says(`${words} 在的`);
        await delay(every * 1_000);
      }
    });
    for (const one of stage.processes) {
      await one.end();
      await one.begin();
      await until(`${one.name} is ready`, async () => (await fetch(`${one.url}/readyz`)).ok, lateMs);
    }
    over = true;
    await Promise.all([...asking, ...answering]);
    await stage.settled();

    for (const { mark, visitor, seat, asked, answered } of talks) {
      const page = await visitor.reads();
      const said = page.filter(({ by }) => by.kind === 'customer').flatMap((one) => marksIn(textOf(one)));
      assert.deepEqual(said, [...asked.keys()], `${mark}: what the customer said, once and in order`);
      const heard = page.filter(({ by }) => by.kind === 'agent');
      assert.deepEqual(
        heard.flatMap((one) => marksIn(textOf(one))),
        [...answered.keys()],
        `${mark}: the answers`,
      );
      const told = (await seat.reads()).filter(({ card }) => card === undefined);
      assert.deepEqual(
        told.flatMap((one) => marksIn(wordsOf(one)).filter((words) => words.startsWith('xq'))),
        [...asked.keys()],
        `${mark}: what the agent was shown`,
      );
      const late = [
        ...heard.map((one) => one.at - (answered.get(marksIn(textOf(one))[0] ?? '') ?? 0)),
        ...told.flatMap((one) => marksIn(wordsOf(one)).map((words) => one.at - (asked.get(words) ?? one.at))),
      ];
      assert.ok(Math.max(...late) < lateMs, `${mark}: ${Math.max(...late)} ms late`);
      t.diagnostic(
        `${mark}: ${asked.size} asked, ${answered.size} answered, ${Math.max(...late)} ms at most`,
      );
    }
    const all = (await first.visitor.reads()).map(({ id }) => id);
    await until('the widget has everything', () =>
      all.every((id) => widget.seen.some((one) => one.id === id)),
    );
    assert.ok(widget.connections() > 1, 'it had to come back');
    const shown = widget.seen.map(({ id, revision }) => `${id} ${revision}`);
    assert.equal(new Set(shown).size, shown.length, 'nothing is shown twice');
    assert.deepEqual(
      stage.processes.map((one) => one.died()),
      stage.processes.map(() => 0),
    );
  });
}
