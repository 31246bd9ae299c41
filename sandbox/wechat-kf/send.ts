import { isRecord, list, number, object, optional, type Shape, text } from '../kernel/shape.js';
import type { Call, Result, Route } from '../wecom/api.js';
import { readShape } from '../wecom/api.js';
import { refuse } from '../wecom/refusal.js';
import { add, happened, type Kf, windowMs } from './happen.js';
import type { Customer, Session } from './world.js';

const SENDS_MAX = 5;

/** Text of so many bytes of UTF-8, and at least one. */
const bytes =
  (max: number): Shape<string> =>
  (value, path) => {
    const given = text({ min: 1 })(value, path);
    return Buffer.byteLength(given) > max ? refuse(45002, `${path}: at most ${max} bytes`) : given;
  };

const media = object({ media_id: text({ min: 1 }) });
const menuEntry: Shape<object> = (value, path) => {
  const given = object({
    type: text(),
    click: optional(object({ id: optional(bytes(128)), content: bytes(128) })),
    view: optional(object({ url: bytes(2048), content: bytes(1024) })),
    text: optional(object({ content: bytes(256) })),
  })(value, path);
  const isWhole = (given.type === 'click' && given.click) || (given.type === 'view' && given.view);
  return isWhole || (given.type === 'text' && given.text) ? given : refuse(95009);
};

/** Source: 发送消息 (path/94677). What is not named here the documents name too, and is not built. */
const bodies: Readonly<Record<string, Shape<object>>> = {
  text: object({ content: bytes(2048) }),
  image: media,
  voice: media,
  video: media,
  file: media,
  link: object({
    title: bytes(128),
    desc: optional(bytes(512)),
    url: bytes(2048),
    thumb_media_id: text({ min: 1 }),
  }),
  location: object({
    latitude: number,
    longitude: number,
    name: optional(text()),
    address: optional(text()),
  }),
  msgmenu: (value, path) => {
    const given = object({
      head_content: optional(bytes(1024)),
      list: optional(list(menuEntry)),
      tail_content: optional(bytes(1024)),
    })(value, path);
    if ((given.list?.length ?? 0) > 10) refuse(95008);
    return given;
  },
};

const common = object({ msgid: optional(text()), msgtype: text({ min: 1 }) });
const addressed = object({ touser: text({ min: 1 }), open_kfid: text({ min: 1 }) });

export const sendRoutes = (kf: Kf): Route[] => [
  { method: 'POST', path: '/cgi-bin/kf/send_msg', handle: (call) => send(kf, call) },
  { method: 'POST', path: '/cgi-bin/kf/send_msg_on_event', handle: (call) => sendOnEvent(kf, call) },
];

/** Only in states 0 and 1, and five times within 48 hours of the customer's last word. */
function send(kf: Kf, { body }: Call): Result {
  const { touser, open_kfid } = readShape(body, addressed);
  if (!kf.state.accounts.get(open_kfid)) refuse(95000);
  const customer = kf.state.customerByExternal(touser) ?? refuse(40096);
  const content = contentOf(kf, body);
  const session = kf.state.session(open_kfid, customer.id);
  if (session.wroteAt === undefined) refuse(95031);
  if (kf.clock.now() - session.wroteAt > windowMs) refuse(95002);
  if (session.state !== 0 && session.state !== 1) refuse(95018);
  const msgid = msgidOf(kf, body);
  if (session.sends >= SENDS_MAX) refuse(95001);
  kf.state.putSession({ ...session, sends: session.sends + 1 });
  return deliver(kf, session, content, msgid);
}

/** One message for one code, whatever the customer wrote. Source: path/95122. */
function sendOnEvent(kf: Kf, { body }: Call): Result {
  const { code } = readShape(body, object({ code: text({ min: 1 }) }));
  const given = kf.state.codes.get(code);
  if (!given || kf.clock.now() - given.at > given.lifeMs) refuse(41050);
  const session = kf.state.session(given.account, given.customer);
  if (given.state !== 'enter' && given.state !== session.state) refuse(95018);
  const content = contentOf(kf, body);
  if (content.msgtype !== 'text' && (content.msgtype !== 'msgmenu' || given.state === 2 || given.state === 3))
    refuse(40008);
  const msgid = msgidOf(kf, body);
  kf.state.codes.delete(code);
  if (given.state === 'enter') kf.state.putSession({ ...session, welcomedAt: kf.clock.now() });
  return deliver(kf, session, content, msgid);
}

function contentOf(
  kf: Kf,
  body: Record<string, unknown>,
): { msgtype: string; body: Record<string, unknown> } {
  const { msgtype } = readShape(body, common);
  const shape = bodies[msgtype];
  if (!shape) refuse(40008);
  const content = readShape(body[msgtype], shape);
  const whole = isRecord(content) ? content : {};
  if (shape === media) {
    const found = kf.files.current(whole.media_id);
    if (found?.kind !== msgtype) refuse(40007);
    return { msgtype, body: { ...whole, name: found.name } };
  }
  return { msgtype, body: whole };
}

/** Its own, or one of ours. That a repeat is refused is documented; by which code is not. */
function msgidOf(kf: Kf, body: Record<string, unknown>): string | undefined {
  const { msgid } = readShape(body, common);
  if (msgid === undefined || msgid === '') return undefined;
  if (!/^[0-9a-zA-Z_-]{1,32}$/.test(msgid)) refuse(40058, 'msgid');
  return kf.state.line(msgid) ? refuse(40058, 'msgid is repeated') : msgid;
}

function deliver(
  kf: Kf,
  session: Session,
  { msgtype, body }: { msgtype: string; body: Record<string, unknown> },
  msgid: string | undefined,
): Result {
  const { account, customer } = session;
  const line = add(kf, { account, customer, origin: 'api', msgtype, body, ...(msgid && { msgid }) });
  if (session.rejects) {
    kf.state.change(line, { failed: 10 });
    happened(kf, session, 'msg_send_fail', { fail_msgid: line.msgid, fail_type: 10 });
  }
  return { msgid: line.msgid };
}

/** What a tap on a menu says. */
export function tap(kf: Kf, customer: Customer, msgid: string, id: string): string | undefined {
  const line = kf.state.line(msgid);
  const entries = line?.customer === customer.id && Array.isArray(line.body.list) ? line.body.list : [];
  for (const entry of entries) {
    const click: unknown = isRecord(entry) ? entry.click : undefined;
    if (isRecord(click) && String(click.id ?? '') === id) return String(click.content);
  }
  return undefined;
}
