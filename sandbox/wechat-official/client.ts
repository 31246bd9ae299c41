import { NotPossible } from '../control/refusal.js';
import type { PhoneAct } from '../phone/view.js';
import type { XmlFields } from '../wecom/callback/xml.js';
import { imageMime, isMp4, voiceMime } from './media.js';
import type { Pushes } from './push.js';
import { isOpen } from './send.js';
import { appear, changed, type Wechat } from './wechat.js';
import type { Account, Follower, Said } from './world.js';

/** A message, and the elements in which it is pushed. */
type Saying = Pick<Said, 'msgtype' | 'content'> & { fields: XmlFields };

/** What a customer does at their phone, as WeChat takes it: it stands there, opens a window, and is pushed. */
export class Client {
  readonly #of: Wechat;
  readonly #pushes: Pushes;
  readonly #origin: () => string;

  constructor(of: Wechat, pushes: Pushes, origin: () => string) {
    this.#of = of;
    this.#pushes = pushes;
    this.#origin = origin;
  }

  act(account: Account, follower: Follower, act: PhoneAct): void {
    if (act.do === 'gate') this.follow(account, follower);
    else if (act.do === 'action') this.#does(account, follower, act.key);
    else if (!follower.follows) throw new NotPossible('not-following', '先关注公众号，才能发消息');
    else if (act.do === 'menu') this.#presses(account, follower, act.key);
    else this.#says(account, follower, this.#saying(account, act));
  }

  #does(account: Account, follower: Follower, key: string): void {
    if (key === 'leave') this.leave(account, follower);
    else if (key === 'scan') this.scan(account, follower, 'qr_shop_01');
    else throw new NotPossible('no-action', `there is no ${key}`);
  }

  /** Source: 关注/取消关注事件. `scene` is there where they came by a code (扫描带参数二维码事件). */
  follow(account: Account, follower: Follower, scene?: string): void {
    if (follower.follows) return;
    const now: Follower = { ...follower, follows: true, opening: this.#opening('event') };
    this.#of.state.followers.put(now.openId, now);
    const came = scene === undefined ? {} : { EventKey: `qrscene_${scene}`, Ticket: 'gQFs8TwAAAAAAAAA' };
    this.#event(account, now, 'subscribe', { EventKey: '', ...came });
    changed(this.#of, now);
  }

  leave(account: Account, follower: Follower): void {
    if (!follower.follows) return;
    const now: Follower = { ...follower, follows: false, opening: undefined, typingUntil: 0 };
    this.#of.state.followers.put(now.openId, now);
    this.#event(account, now, 'unsubscribe', { EventKey: '' });
    changed(this.#of, now);
  }

  scan(account: Account, follower: Follower, scene: string): void {
    if (!follower.follows) {
      this.follow(account, follower, scene);
      return;
    }
    const now = { ...follower, opening: this.#opening('event', follower) };
    this.#of.state.followers.put(now.openId, now);
    this.#event(account, now, 'SCAN', { EventKey: scene, Ticket: 'gQFs8TwAAAAAAAAA' });
  }

  /** Source: 自定义菜单事件推送. */
  #presses(account: Account, follower: Follower, key: string): void {
    const entries = (account.menu ?? []).flatMap((entry) => [entry, ...(entry.items ?? [])]);
    if (!entries.some((entry) => entry.key === key)) throw new NotPossible('no-menu', `没有菜单 ${key}`);
    const now = { ...follower, opening: this.#opening('event', follower) };
    this.#of.state.followers.put(now.openId, now);
    this.#event(account, now, 'CLICK', { EventKey: key }, true);
  }

  /** Source: 接收普通消息. */
  #saying(account: Account, act: Exclude<PhoneAct, { do: 'gate' | 'action' | 'menu' }>): Saying {
    switch (act.do) {
      case 'say':
        return { msgtype: 'text', content: { content: act.text }, fields: { Content: act.text } };
      case 'choose':
        return {
          msgtype: 'text',
          content: { content: act.label },
          fields: { Content: act.label, bizmsgmenuid: act.id },
        };
      case 'locate': {
        const { latitude, longitude, name } = act;
        const fields = { Location_X: latitude, Location_Y: longitude, Scale: 16, Label: name };
        return { msgtype: 'location', content: { latitude, longitude, name }, fields };
      }
      case 'send':
        return this.#file(account, act);
    }
  }

  #file(account: Account, act: Extract<PhoneAct, { do: 'send' }>): Saying {
    const bytes = Buffer.from(act.base64, 'base64');
    if (bytes.length === 0) throw new NotPossible('empty-file', `${act.name} 是空的`);
    const type = imageMime(bytes) ? 'image' : isMp4(bytes) ? 'video' : voiceMime(bytes) ? 'voice' : undefined;
    if (!type) throw new NotPossible('not-delivered', '公众号收不到这种文件，只能发图片、语音和视频');
    const mime = { image: imageMime(bytes), video: 'video/mp4', voice: voiceMime(bytes) }[type] ?? '';
    const media = this.#of.files.keep(bytes, { account: account.id, type, name: act.name, mime });
    const fields = {
      image: { PicUrl: `${this.#origin()}/wechat-official/media/${media.id}` },
      voice: { Format: 'amr', ...(act.text && { Recognition: act.text }) },
      video: { ThumbMediaId: media.id },
    }[type];
    return {
      msgtype: type,
      content: { media: media.id, name: media.name },
      fields: { MediaId: media.id, ...fields },
    };
  }

  #says(account: Account, follower: Follower, { msgtype, content, fields }: Saying): void {
    const now = { ...follower, opening: this.#opening('message'), spokeAt: this.#of.clock.now() };
    this.#of.state.followers.put(now.openId, now);
    appear(this.#of, now, { side: 'me', msgtype, content });
    // 64 bits, and beyond what a JavaScript number holds.
    const MsgId = 23_000_000_000_000_000n + (BigInt(`0x${this.#of.random().slice(0, 14)}`) % 10n ** 15n);
    this.#pushes.push(account, now, msgtype, { MsgType: msgtype, ...fields, MsgId });
  }

  #event(account: Account, follower: Follower, event: string, fields: XmlFields, expected = false): void {
    this.#pushes.push(account, follower, event, { MsgType: 'event', Event: event, ...fields }, expected);
  }

  /** What they do opens a window; a glance at the menu shortens none that words have opened and that is still good. */
  #opening(kind: 'message' | 'event', before?: Follower): Follower['opening'] {
    const { clock } = this.#of;
    if (kind === 'event' && before?.opening?.kind === 'message' && isOpen(before, clock.now()))
      return before.opening;
    return { kind, at: clock.now(), sent: 0 };
  }
}
