import { isRecord } from '../kernel/shape.js';
import type { PhoneBody, PhoneItem } from '../phone/view.js';
import type { Kf } from './happen.js';
import type { Line } from './world.js';

/** What customers see of events: few of them. */
const notices: Readonly<Record<string, string>> = {
  enter_session: '你进入了客服会话',
};

/** One line as the customer's phone shows it; undefined for what it does not show. */
export function itemOf(kf: Kf, line: Line): PhoneItem | undefined {
  const { msgid: id, at, origin } = line;
  if (origin === 'event') return noticeOf(line);
  if (line.failed !== undefined) return undefined;
  if (line.recalled) return { id, at, side: 'notice', body: { type: 'text', text: '你撤回了一条消息' } };
  const via = origin === 'servicer' ? `接待人员 ${line.servicer}，在企业微信里` : undefined;
  return { id, at, side: origin === 'customer' ? 'me' : 'them', body: bodyOf(kf, line), ...(via && { via }) };
}

function noticeOf({ msgid: id, at, body }: Line): PhoneItem | undefined {
  const change = body.event_type === 'session_status_change' ? body.change_type : undefined;
  const words =
    change === 3
      ? '会话已结束'
      : change === undefined
        ? notices[String(body.event_type)]
        : `${body.new_servicer_userid} 正在为你服务`;
  return words === undefined ? undefined : { id, at, side: 'notice', body: { type: 'text', text: words } };
}

function bodyOf(kf: Kf, { msgtype, body }: Line): PhoneBody {
  const words = (name: string): string => String(body[name] ?? '');
  switch (msgtype) {
    case 'text':
      return { type: 'text', text: words('content') };
    case 'image':
    case 'voice':
    case 'video':
    case 'file': {
      const found = kf.files.current(body.media_id);
      const about = { url: `/control/resources/${words('media_id')}`, name: found?.name ?? msgtype };
      return msgtype === 'image' ? { type: 'image', ...about } : { type: msgtype, ...about };
    }
    case 'location': {
      const { latitude, longitude } = body;
      return {
        type: 'location',
        latitude: Number(latitude),
        longitude: Number(longitude),
        name: words('name'),
      };
    }
    case 'link':
      return { type: 'link', title: words('title'), description: words('desc'), url: words('url') };
    case 'msgmenu':
      return {
        type: 'menu',
        head: words('head_content'),
        choices: choicesOf(body.list),
        tail: words('tail_content'),
      };
    default:
      return { type: 'text', text: `[${msgtype}]` };
  }
}

function choicesOf(entries: unknown): { id: string; label: string }[] {
  return (Array.isArray(entries) ? entries : []).flatMap((entry: unknown) => {
    const click = isRecord(entry) ? entry.click : undefined;
    return isRecord(click) ? [{ id: String(click.id ?? ''), label: String(click.content) }] : [];
  });
}
