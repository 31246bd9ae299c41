import { isRecord } from '../kernel/shape.js';
import { refuse } from './refusal.js';
import { appear, changed, type Wechat } from './wechat.js';
import type { Account, Follower, Said } from './world.js';

const MINUTE_MS = 60_000;
/** Source: 客服消息 → 下发条数限制. */
const windows = {
  message: { ms: 48 * 60 * MINUTE_MS, sends: 5 },
  event: { ms: MINUTE_MS, sends: 3 },
} as const;
const TEXT_BYTES_MAX = 2_048;
const TYPING_MS = 15_000;
const INTERACTION_MS = 30_000;
const OPENID = /^o[\w-]{27}$/;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const partOf = (body: Record<string, unknown>, name: string): Record<string, unknown> => {
  const part = body[name];
  return isRecord(part) ? part : {};
};

/** `custom/send`. It gives no id: what was sent cannot be named any more. Source: 发送客服消息. */
export function send(of: Wechat, account: Account, body: Record<string, unknown>): Record<string, unknown> {
  if (account.verified === false) refuse(48001);
  const follower = receiver(of, account, body.touser);
  const said = contentOf(of, account, body);
  spend(of, follower);
  appear(of, follower, { side: 'them', via: 'custom', ...said });
  return {};
}

/** `custom/typing`. Source: 客服输入状态. */
export function typing(of: Wechat, account: Account, body: Record<string, unknown>): Record<string, unknown> {
  if (account.verified === false) refuse(48001);
  const follower = receiver(of, account, body.touser);
  const now = of.clock.now();
  if (body.command !== 'Typing' && body.command !== 'CancelTyping') refuse(45072);
  if (body.command === 'Typing') {
    if (now - (follower.spokeAt ?? 0) > INTERACTION_MS) refuse(45080);
    if ((follower.typingUntil ?? 0) > now) refuse(45081);
  }
  const typingUntil = body.command === 'Typing' ? now + TYPING_MS : 0;
  of.state.followers.put(follower.openId, { ...follower, typingUntil });
  changed(of, follower);
  if (typingUntil > 0) of.clock.at(typingUntil, () => changed(of, follower));
  return {};
}

function receiver({ state }: Wechat, account: Account, touser: unknown): Follower {
  if (!OPENID.test(textOf(touser))) refuse(40003);
  const found = state.followers.get(textOf(touser));
  if (!found || found.account !== account.id || !found.follows) refuse(45015);
  return found;
}

/** Whether anything may be sent now. */
export function isOpen({ opening }: Follower, now: number): boolean {
  if (!opening) return false;
  const { ms, sends } = windows[opening.kind];
  return now - opening.at <= ms && opening.sent < sends;
}

/** One of what the last opening allows. */
function spend({ state, clock }: Wechat, follower: Follower): void {
  const { opening } = follower;
  if (!opening) refuse(45015);
  const { ms, sends } = windows[opening.kind];
  if (clock.now() - opening.at > ms) refuse(45015);
  if (opening.sent >= sends) refuse(45047);
  const spoken = { spokeAt: clock.now(), typingUntil: 0 };
  state.followers.put(follower.openId, {
    ...follower,
    ...spoken,
    opening: { ...opening, sent: opening.sent + 1 },
  });
}

export function contentOf(
  { files }: Wechat,
  account: Account,
  body: Record<string, unknown>,
): Pick<Said, 'msgtype' | 'content'> {
  const part = partOf(body, textOf(body.msgtype));
  switch (body.msgtype) {
    case 'text': {
      const content = textOf(part.content);
      if (content.trim() === '') refuse(44004);
      if (Buffer.byteLength(content) > TEXT_BYTES_MAX) refuse(45002);
      return { msgtype: 'text', content: { content } };
    }
    case 'image':
    case 'voice':
    case 'video': {
      const media = files.current(account.id, part.media_id);
      if (media?.type !== body.msgtype) refuse(40007);
      return {
        msgtype: body.msgtype,
        content: { media: media.id, name: media.name, title: textOf(part.title) },
      };
    }
    case 'news':
      return newsOf(part.articles);
    case 'msgmenu':
      return menuOf(part);
    default:
      return refuse(40008);
  }
}

/** One article, since 2018. */
function newsOf(articles: unknown): Pick<Said, 'msgtype' | 'content'> {
  const [article, ...more] = Array.isArray(articles) ? articles : [];
  if (!isRecord(article) || more.length > 0) refuse(45002, 'news: exactly one article');
  const { title, description, url } = article;
  if (textOf(title) === '') refuse(44004);
  return { msgtype: 'news', content: { title, description: textOf(description), url: textOf(url) } };
}

function menuOf(part: Record<string, unknown>): Pick<Said, 'msgtype' | 'content'> {
  const list = Array.isArray(part.list) ? part.list : [];
  const choices = list.map((one) => {
    const { id, content } = isRecord(one) ? one : {};
    if (typeof id !== 'string' && typeof id !== 'number') refuse(47001, 'msgmenu: list.id');
    if (textOf(content) === '') refuse(47001, 'msgmenu: list.content');
    return { id: String(id), label: textOf(content) };
  });
  if (choices.length === 0) refuse(47001, 'msgmenu: list');
  const [head, tail] = [textOf(part.head_content), textOf(part.tail_content)];
  if (Buffer.byteLength(JSON.stringify([head, tail, choices])) > TEXT_BYTES_MAX) refuse(45002);
  return { msgtype: 'msgmenu', content: { head, choices, tail } };
}
