import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import { phaseOf, timeless } from '../core/cards/look.js';
import { conversationById } from '../core/conversations/conversation.js';
import { pageLinks } from '../core/pages/link.js';
import type { Login } from '../core/ports/bot.js';
import { createApp } from '../server/app.js';
import { readConfig } from '../server/config.js';
import { openMetrics } from '../server/metrics.js';
import { refuseWhatIsNotHttp } from '../server/not-http.js';
import type { PageStart, PageState, PressAnswer } from '../server/pages/state.js';
import { type HouseOptions, openHouse } from './house.js';

const loginPath = '/paper-login';

/** A login made of paper: its codes are somebody's name, good once. A real browser is who its cookie `paper-as` says. */
export class PaperLogin {
  readonly codes = new Map<string, string>();
  origin = '';
  /** Thrown instead of an answer. */
  broken: Error | undefined;

  readonly login: Login = {
    address: (_, __, { redirect, state }) =>
      `${this.origin}${loginPath}?${new URLSearchParams({ redirect, state })}`,
    person: async (_, __, { code = '' }) => {
      if (this.broken) throw this.broken;
      const person = this.codes.get(code);
      this.codes.delete(code);
      return person;
    },
  };

  /** Where the platform sends somebody's browser back to. */
  sendsBack(address: string, person: string): string {
    const { searchParams } = new URL(address);
    const code = `code-${randomBytes(6).toString('hex')}`;
    this.codes.set(code, person);
    const query = new URLSearchParams({ code, state: searchParams.get('state') ?? '' });
    return `${searchParams.get('redirect')}?${query}`;
  }
}

/** A house with its signed pages on a port, and a platform whose login is made of paper. */
export async function openPages(t: TestContext, options: HouseOptions = {}) {
  const house = await openHouse(t, options);
  const paper = new PaperLogin();
  Object.assign(house.paper.bot, { login: paper.login });
  const server = createServer();
  refuseWhatIsNotHttp(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
  const origin = `http://127.0.0.1:${address.port}`;
  const key = randomBytes(32);
  const app = createApp({
    core: house.core,
    config: readConfig({ PUBLIC_URL: origin }),
    metrics: openMetrics(house.core),
    services: new Map(),
    mediaKey: randomBytes(32),
    pageKey: key,
    bodyWithinMs: 400,
    answerWithinMs: 1_000,
    isStopping: () => false,
    unready: async () => undefined,
  });
  paper.origin = origin;
  const serve = app.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith(loginPath)) return void serve(request, response);
    const person = /paper-as=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    const location = paper.sendsBack(`${origin}${request.url}`, decodeURIComponent(person));
    response.writeHead(302, { location }).end();
  });
  t.after(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });

  /** The newest card of a template, as a member's link shows it in the phase it is in now. */
  async function linkTo(member: string, template: string) {
    const [card] = await house.db.query<{ id: string; subject: string }>(
      `select id, subject from cards where template = $1 and audience in ('desk', $2)
        order by created_at desc, id desc limit 1`,
      [template, `member:${house.memberId(member)}`],
    );
    if (!card) throw new Error(`there is no ${template} card`);
    const [kind, id = ''] = card.subject.split(':');
    const conversation =
      kind === 'conversation' ? await conversationById(house.db, house.tenantId, id) : undefined;
    const target = {
      tenantId: house.tenantId,
      workspaceId: house.workspaceId,
      memberId: house.memberId(member),
      cardId: card.id,
      phase: conversation ? phaseOf(conversation) : timeless,
    };
    return pageLinks(origin, key)(target, house.clock.now());
  }

  return { house, paper, origin, key, linkTo, browser: () => new Browser(origin, paper) };
}
export type Pages = Awaited<ReturnType<typeof openPages>>;

export interface Seen {
  status: number;
  headers: Headers;
  body: string;
  /** What the page was given, where it is a card's page. */
  start: PageStart | undefined;
}

const start = z.custom<PageStart>((value) => typeof value === 'object');
const pressAnswer = z.custom<PressAnswer>((value) => typeof value === 'object');
const pageState = z.custom<PageState>((value) => typeof value === 'object');

/** A browser without a screen: it keeps cookies, and goes where it is sent. */
export class Browser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly origin: string,
    private readonly paper: PaperLogin,
  ) {}

  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...init.headers, ...(cookie && { cookie }) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
      if (/Max-Age=0(;|$)/.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Opens a link as somebody whose platform logs them in by itself. */
  async opens(link: string, person: string): Promise<Seen> {
    let address = link;
    for (let hops = 0; hops < 6; hops++) {
      const response = await this.ask(address);
      const to = response.headers.get('location');
      if (to === null) return seen(response);
      address = to.startsWith(`${this.origin}${loginPath}`) ? this.paper.sendsBack(to, person) : to;
    }
    throw new Error('it was sent on and on');
  }

  /** Presses the button with this caption, as the page's script does. */
  async presses(
    link: string,
    page: Seen,
    caption: string,
    form: Record<string, string> = {},
    more: { press?: string; headers?: Record<string, string>; body?: object } = {},
  ): Promise<{ status: number; answer: PressAnswer }> {
    const press = {
      token: page.start?.token ?? '',
      button: buttonOn(page.start?.state, caption),
      form,
      press: more.press ?? randomBytes(8).toString('hex'),
      ...more.body,
    };
    const response = await this.ask(link, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: '*/*', origin: this.origin, ...more.headers },
      body: JSON.stringify(press),
    });
    return { status: response.status, answer: pressAnswer.parse(await response.json()) };
  }

  /** What the page would show by now. */
  async looksAgain(link: string): Promise<PageState> {
    return pageState.parse(await (await this.ask(`${link}/now`, { headers: { accept: '*/*' } })).json());
  }
}

async function seen(response: Response): Promise<Seen> {
  const body = await response.text();
  const json = /<script type="application\/json" id="start">(.*)<\/script>/.exec(body)?.[1];
  const { status, headers } = response;
  return { status, headers, body, start: json === undefined ? undefined : start.parse(JSON.parse(json)) };
}

/** What a button with this caption is called, wherever on the card it is; the last of several. */
export function buttonOn(state: PageState | undefined, caption: string): string {
  const found: string[] = [];
  JSON.stringify(state?.card, (_, value) => {
    if (value?.type === 'Action.Execute' && value.title === caption) found.push(value.data.operation);
    return value;
  });
  return found.at(-1) ?? 'no such button';
}

/** All that can be read on a page's card. */
export const cardWords = (state: PageState | undefined): string => JSON.stringify(state?.card ?? {});
