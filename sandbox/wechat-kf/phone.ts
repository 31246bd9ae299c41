import { noticePage } from '../kernel/html.js';
import type { Reply, Request } from '../kernel/http.js';
import { Misshapen, object, oneOf, optional, text } from '../kernel/shape.js';
import { phoneAct } from '../phone/act.js';
import { phonePage } from '../phone/page.js';
import type { PhoneAct, PhoneView } from '../phone/view.js';
import { keepMedia } from '../wecom/media.js';
import { Refusal } from '../wecom/refusal.js';
import { enter, happened, type Kf, serve, write } from './happen.js';
import { itemOf } from './items.js';
import { tap } from './send.js';
import type { Account, Customer } from './world.js';

interface Chat {
  account: Account;
  customer: Customer;
}

class Impossible extends Error {}

/**
 * A customer's WeChat with the chat of one account open: `GET /wechat-kf?account=&as=[&scene=&scene_param=]` enters it,
 * as its link does. `POST /wechat-kf/servicer` is what a servicer does in WeCom's own app, and `/wechat-kf/enter` enters
 * without a page, for tests.
 */
export function answerPhone(kf: Kf, request: Request): Reply | undefined {
  const [, base, what = '', ...more] = request.path.split('/');
  if (base !== 'wechat-kf' || more.length > 0) return undefined;
  const chat = chatOf(kf, request.query);
  if (!chat) return noticePage(404, { title: '打不开这个客服', text: '链接里的客服账号或客户不存在。' });
  try {
    return answer(kf, chat, request, what);
  } catch (error) {
    const known = error instanceof Impossible || error instanceof Misshapen || error instanceof Refusal;
    if (!known) throw error;
    return { status: 400, body: { error: { message: error.message } } };
  }
}

function answer(kf: Kf, chat: Chat, request: Request, what: string): Reply | undefined {
  const { account, customer } = chat;
  switch (`${request.method} ${what}`) {
    case 'GET ':
      enterBy(kf, chat, request);
      return phonePage({
        title: account.name,
        theme: 'wechat',
        base: '/wechat-kf',
        stream: { platform: 'wecom', as: customer.id },
      });
    case 'GET view':
      return { status: 200, body: { ...viewOf(kf, chat) } };
    case 'POST act':
      act(kf, chat, phoneAct(request.body));
      return done;
    case 'POST enter':
      enterBy(kf, chat, request);
      return done;
    case 'POST servicer':
      servicerActs(kf, chat, request.body);
      return done;
    default:
      return undefined;
  }
}

const done: Reply = { status: 200, body: {} };

function chatOf(kf: Kf, query: URLSearchParams): Chat | undefined {
  const [firstAccount] = kf.state.accounts.values();
  const [firstCustomer] = kf.state.customers.values();
  const [as, id] = [query.get('as'), query.get('account')];
  const account = id ? kf.state.accounts.get(id) : firstAccount;
  const customer = as ? kf.state.customers.get(as) : firstCustomer;
  return account && customer && { account, customer };
}

function enterBy(kf: Kf, { account, customer }: Chat, { query }: Request): void {
  const from = { scene: query.get('scene') ?? undefined, param: query.get('scene_param') ?? undefined };
  enter(kf, account.openKfId, customer, from);
}

function viewOf(kf: Kf, { account, customer }: Chat): PhoneView {
  const session = kf.state.session(account.openKfId, customer.id);
  const others = [...kf.state.customers.values()].filter(({ id }) => id !== customer.id);
  return {
    title: account.name,
    subtitle: '微信客服',
    me: customer.nickname,
    others: others.map(({ id, nickname }) => ({
      name: nickname,
      url: `/wechat-kf?${new URLSearchParams({ account: account.openKfId, as: id })}`,
    })),
    items: kf.state.linesOf(account.openKfId, customer.id).flatMap((line) => itemOf(kf, line) ?? []),
    sends: ['image', 'voice', 'video', 'file', 'location'],
    actions: [
      { key: 'recall', label: '撤回上一条消息' },
      { key: 'reject', label: session.rejects ? '恢复接收消息' : '拒收消息' },
    ],
  };
}

const recallMs = 2 * 60_000;

function act(kf: Kf, { account: { openKfId: account }, customer }: Chat, given: PhoneAct): unknown {
  const said = (msgtype: string, body: Record<string, unknown>) =>
    write(kf, account, customer, msgtype, body);
  switch (given.do) {
    case 'say':
      return said('text', { content: given.text });
    case 'send': {
      const bytes = Buffer.from(given.base64, 'base64');
      const { key, name } = keepMedia(kf, given.type, bytes, given.name);
      return said(given.type, { media_id: key, name });
    }
    case 'locate': {
      const { latitude, longitude, name } = given;
      return said('location', { latitude, longitude, name, address: '' });
    }
    case 'choose': {
      const content = tap(kf, customer, given.item, given.id);
      if (content === undefined) throw new Impossible('这个菜单已经不在了');
      return said('text', { content, menu_id: given.id });
    }
    case 'action':
      return given.key === 'recall' ? recall(kf, account, customer) : reject(kf, account, customer);
    default:
      throw new Impossible('微信客服没有这个操作');
  }
}

function recall(kf: Kf, account: string, customer: Customer): void {
  const lines = kf.state.linesOf(account, customer.id);
  const last = lines.findLast(({ origin, recalled }) => origin === 'customer' && !recalled);
  if (!last || kf.clock.now() - last.at > recallMs) throw new Impossible('两分钟内没有可以撤回的消息');
  kf.state.change(last, { recalled: true });
  happened(kf, kf.state.session(account, customer.id), 'user_recall_msg', { recall_msgid: last.msgid });
}

function reject(kf: Kf, account: string, customer: Customer): void {
  const session = kf.state.session(account, customer.id);
  kf.state.putSession({ ...session, rejects: !session.rejects });
  kf.stream.tell({ type: 'update', chat: account }, [customer.id]);
}

const servicerShape = object({
  do: oneOf('take', 'end', 'say'),
  servicer: text({ min: 1 }),
  text: optional(text({ min: 1 })),
});

function servicerActs(kf: Kf, { account, customer }: Chat, body: Buffer): void {
  const given = servicerShape(JSON.parse(body.toString('utf8')), '');
  if (!account.servicers.includes(given.servicer)) throw new Impossible(`${given.servicer} 不是接待人员`);
  const words = given.text ?? '';
  serve(
    kf,
    account.openKfId,
    customer,
    given.do === 'say' ? { do: 'say', text: words } : { do: given.do },
    given.servicer,
  );
}
