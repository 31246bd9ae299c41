import type { Saying } from '../../control/platform.js';
import { NotPossible } from '../../control/refusal.js';
import type { XmlFields } from '../callback/xml.js';
import type { Corp } from '../corp.js';
import { imageMime, isAmr, isMp4 } from '../media.js';
import { post } from '../message/posting.js';
import type { Aibot, App, Chat, Message, Person, Resource } from '../world.js';
import { chatFor, messageFor, personOf, usable } from './lookup.js';
import { read } from './read.js';

/** A person says something, having read what was there; the app or bot of the chat hears what WeCom would deliver. */
export function say(corp: Corp, saying: Saying): Message {
  const person = personOf(corp.state, saying.as);
  if (saying.thread || saying.newTopic) throw new NotPossible('no-topics', 'WeCom has no topics');
  const chat = placeOf(corp, person, saying);
  const app = chat.kind === 'p2p' ? corp.state.apps.get(chat.apps[0] ?? '') : undefined;
  const bots = botsCalled(corp, chat, saying);
  const what = contentOf(corp, chat, saying, app);
  for (const bot of bots) checkHeard(bot, chat, what.type);
  for (const bot of bots) corp.bots.checkInFlight(bot, person);
  const quoted = saying.quote ? quotable(corp, person, chat, saying.quote) : undefined;
  read(corp, person, chat);
  const message = post(corp, {
    ...{ chat, author: { kind: 'person' as const, id: person.id } },
    ...what,
    mentions: saying.mention,
    quote: quoted?.id,
  });
  corp.state.reads.put(`${chat.id}|${person.id}`, message.seq);
  if (app) corp.events.said(app, person, message, fieldsOf(corp, message));
  for (const bot of bots) corp.bots.said(bot, chat, person, message);
  return message;
}

function placeOf(corp: Corp, person: Person, { chat, bot }: Saying): Chat {
  if (chat && bot) throw new NotPossible('ambiguous', 'give chat or bot, not both');
  if (chat) {
    const found = chatFor(corp.state, person, chat);
    const [peer] = found.apps;
    if (found.kind === 'p2p' && peer) usable(corp.state, person, peer);
    return found;
  }
  if (!bot) throw new NotPossible('no-place', 'chat or bot is required');
  const { id, name } = usable(corp.state, person, bot);
  return corp.state.p2pChat(id, name, person, corp.clock.now());
}

/** The AI bots that hear this: one to one, or mentioned. */
function botsCalled({ state }: Corp, chat: Chat, { mention = [] }: Saying): Aibot[] {
  const known = (id: string): Aibot[] => {
    const bot = state.aibots.get(id);
    return bot ? [bot] : [];
  };
  if (chat.kind === 'p2p') return chat.apps.flatMap(known);
  for (const id of mention) {
    const isThere =
      id === 'all' || chat.people.includes(id) || (state.aibots.get(id) && chat.apps.includes(id));
    if (!isThere) throw new NotPossible('not-in-chat', `${id} is not in the chat and cannot be mentioned`);
  }
  return mention.flatMap(known);
}

/** In a group an AI bot is given texts, with pictures or without. Source: 接收消息. */
function checkHeard(bot: Aibot, chat: Chat, type: string): void {
  const isHeard =
    chat.kind === 'p2p' ? type !== 'location' && type !== 'link' : type === 'text' || type === 'mixed';
  if (!isHeard) throw new NotPossible('not-delivered', `${bot.name} is not given a ${type} there`);
}

function quotable(corp: Corp, person: Person, chat: Chat, id: string): Message {
  const { message } = messageFor(corp.state, person, id);
  if (message.chat !== chat.id) throw new NotPossible('other-chat', `${id} was said in another chat`);
  if (message.recalled) throw new NotPossible('recalled', `${id} was recalled`);
  return message;
}

type Content = Pick<Message, 'type' | 'content'>;

function contentOf(corp: Corp, chat: Chat, saying: Saying, app: App | undefined): Content {
  const { text, image, file, location, link } = saying;
  const given = [text, image, file, location, link].filter((each) => each !== undefined);
  const isMixed = given.length === 2 && text !== undefined && image !== undefined && !app;
  const isVoice = given.length === 2 && text !== undefined && file !== undefined;
  if (given.length !== 1 && !isMixed && !isVoice)
    throw new NotPossible('no-content', 'exactly one of text, image, file, location and link is required');
  if (isMixed) {
    const { key, name } = keepImage(corp, image);
    return { type: 'mixed', content: { content: mentioned(corp, chat, saying, text), media_id: key, name } };
  }
  if (file !== undefined) return fileOf(corp, file, text, app);
  if (image !== undefined) {
    const { key, name } = keepImage(corp, image);
    return { type: 'image', content: { media_id: key, name } };
  }
  if (location !== undefined) return { type: 'location', content: { ...location } };
  if (link !== undefined) return { type: 'link', content: { ...link } };
  return { type: 'text', content: { content: mentioned(corp, chat, saying, text ?? '') } };
}

/** `@name` stands in the text; for whom it does not, it is put in front. */
function mentioned({ state }: Corp, { kind }: Chat, { mention = [] }: Saying, text: string): string {
  if (kind === 'p2p') return text;
  const names = mention.map((id) => {
    if (id === 'all') return '@所有人';
    return `@${state.people.get(id)?.name ?? state.aibots.get(id)?.name ?? id}`;
  });
  return [...names.filter((name) => !text.includes(name)), text].join(' ');
}

type Attachment = NonNullable<Saying['file']>;

const bytesOf = ({ base64, name }: Attachment): Buffer => {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) throw new NotPossible('empty-file', `${name} holds no bytes`);
  return bytes;
};

function keepImage(corp: Corp, image: Attachment): Resource {
  const bytes = bytesOf(image);
  const mime = imageMime(bytes);
  if (!mime) throw new NotPossible('not-an-image', `${image.name} is neither JPG nor PNG`);
  return corp.files.keep(bytes, { kind: 'image', name: image.name, mime });
}

/** By its bytes a file is a voice message or a video; `text` is what a voice message says. */
function fileOf(corp: Corp, file: Attachment, text: string | undefined, app: App | undefined): Content {
  const bytes = bytesOf(file);
  const kind = isAmr(bytes) ? 'voice' : isMp4(bytes) ? 'video' : 'file';
  if (text !== undefined && kind !== 'voice')
    throw new NotPossible('no-content', 'text goes with a voice only');
  if (kind === 'file' && app)
    throw new NotPossible(
      'not-delivered',
      `WeCom does not deliver files to an app (${app.name}); only AMR and MP4`,
    );
  const mime = { voice: 'audio/amr', video: 'video/mp4', file: 'application/octet-stream' }[kind];
  const { key, name } = corp.files.keep(bytes, { kind, name: file.name, mime });
  return { type: kind, content: { media_id: key, name, ...(text ? { recognized: text } : {}) } };
}

/** The elements of each type. Source: 消息格式. */
function fieldsOf(corp: Corp, { type, content }: Message): XmlFields {
  const media = String(content.media_id ?? '');
  switch (type) {
    case 'image':
      return { PicUrl: `${corp.origin()}/control/resources/${media}`, MediaId: media };
    case 'voice':
      return { MediaId: media, Format: 'amr' };
    case 'video':
      return { MediaId: media, ThumbMediaId: media };
    case 'location':
      return {
        Location_X: Number(content.latitude),
        Location_Y: Number(content.longitude),
        Scale: 15,
        Label: String(content.name ?? content.address ?? ''),
        AppType: 'wxwork',
      };
    case 'link':
      return {
        Title: String(content.title ?? ''),
        Description: String(content.description ?? ''),
        Url: String(content.url ?? ''),
        PicUrl: String(content.picUrl ?? ''),
      };
    default:
      return { Content: String(content.content ?? '') };
  }
}
