import type { Corp } from '../corp.js';
import type { Aibot, Chat, Message, Person, Turn } from '../world.js';

/** What an AI bot is told, as JSON. Source: 接收消息 and 接收事件 of 智能机器人; types of the official SDK. */
type Body = Record<string, unknown>;

/** The id by which a bot knows a member. */
export const idFor = (corp: Corp, bot: Aibot, person: Person): string =>
  bot.plainUserIds ? person.userId : corp.state.openUserId(person);

/** The fields that every callback has. */
export function frameOf(corp: Corp, bot: Aibot, chat: Chat, person: Person): Body {
  return {
    msgid: corp.ids.message(),
    create_time: Math.floor(corp.clock.now() / 1000),
    aibotid: bot.botId,
    ...(chat.kind === 'group' ? { chatid: chat.id } : {}),
    chattype: chat.kind === 'group' ? 'group' : 'single',
    from: { userid: idFor(corp, bot, person) },
  };
}

/** Where the deferred reply goes; an address of its own, so it needs no token. */
export const responseUrl = (corp: Corp, bot: Aibot, turn: Turn): Body =>
  bot.mode === 'url'
    ? { response_url: `${corp.origin()}/cgi-bin/aibot/response?response_code=${turn.id}` }
    : {};

export const eventOf = (eventtype: string, fields: Body): Body => ({
  msgtype: 'event',
  event: { eventtype, [eventtype]: fields },
});

/** `{msgtype, [msgtype]: …}` of what a person said. In a group the text begins with the mention. */
export function contentFor(corp: Corp, bot: Aibot, message: Message): Body {
  const { type, content } = message;
  switch (type) {
    case 'image':
    case 'file':
    case 'video':
      return { msgtype: type, [type]: download(corp, bot, String(content.media_id)) };
    case 'voice':
      return { msgtype: 'voice', voice: { content: content.recognized ?? '' } };
    case 'mixed': {
      const image = { msgtype: 'image', image: download(corp, bot, String(content.media_id)) };
      return { msgtype: 'mixed', mixed: { msg_item: [textOf(String(content.content)), image] } };
    }
    default:
      return textOf(String(content.content ?? ''));
  }
}

const textOf = (content: string): Body => ({ msgtype: 'text', text: { content } });

/** A quoted message: what it says, and not which it is. */
export function quoteFor(corp: Corp, bot: Aibot, message: Message): Body {
  const hasOwnShape = ['text', 'image', 'mixed', 'voice', 'file', 'video'].includes(message.type);
  if (hasOwnShape) return contentFor(corp, bot, message);
  return textOf(String(message.content.content ?? titleOf(message)));
}

function titleOf({ card }: Message): string {
  const title = card?.main_title;
  return typeof title === 'object' && title !== null && 'title' in title ? String(title.title) : '';
}

/** An address for five minutes; over the WebSocket with a key of its own. */
function download(corp: Corp, bot: Aibot, media: string): Body {
  const token = corp.ids.code();
  const ownKey = Buffer.concat([corp.ids.bytes(), corp.ids.bytes()]).toString('base64');
  const aesKey = bot.mode === 'socket' ? ownKey : `${bot.callback?.encodingAesKey ?? ''}=`;
  corp.state.downloads.put(token, { token, resource: media, aesKey, at: corp.clock.now() });
  const url = `${corp.origin()}/aibot-media/${token}`;
  return bot.mode === 'socket' ? { url, aeskey: aesKey } : { url };
}
