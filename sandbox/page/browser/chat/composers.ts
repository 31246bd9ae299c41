import { objectOf, textOf } from '../control/json.js';
import type { Message } from '../control/shapes.js';
import type { Client } from '../state/client.js';
import { Composer } from './composer.js';
import type { Mentionable } from './mentions.js';
import type { MessageActions } from './message.js';

/** A composer for the open chat, or for one topic of it. */
export function makeComposer(client: Client, label: string, topic: string | null): Composer {
  const { openEntry: entry } = client;
  const into = topic === null ? (entry?.kind === 'topic' ? { newTopic: true } : {}) : { thread: topic };
  return new Composer({
    label,
    testid: topic === null ? 'composer' : `topic-composer-${topic}`,
    sendTestid: topic === null ? 'send' : `topic-send-${topic}`,
    abilities: entry === null ? null : client.drawing.abilities(entry),
    mentionable: () => mentionable(client),
    say: (spoken) => client.say({ ...into, ...spoken }),
    edit: (message, text) =>
      client.api
        .edit(client.as, message, text)
        .then(() => client.refresh())
        .then(() => {}),
  });
}

function mentionable(client: Client): Mentionable[] {
  const chat = client.openEntry?.chat;
  const { openEntry: entry } = client;
  if (!entry || !chat || !client.drawing.abilities(entry).mention) return [];
  const bots = client.directory
    .botsIn(chat.id)
    .filter(({ kind }) => kind !== 'webhook')
    .map((app) => ({ id: app.appId, name: app.name, note: client.drawing.botWord(app) }));
  const people = client.directory
    .peopleIn(chat.id)
    .filter(({ id }) => id !== client.as)
    .map(({ id, name, title }) => ({ id, name, note: title ?? '' }));
  return [...bots, ...people, { id: 'all', name: '所有人', note: '' }];
}

/** What 回复 and 编辑 on a message do to the composer under it. */
export const actionsFor = (composer: Composer): MessageActions => ({
  reply: (message) =>
    composer.refer({
      kind: 'quote',
      id: message.id,
      words: `回复 ${message.author.name}：${summary(message)}`,
      text: '',
    }),
  edit: (message) =>
    composer.refer({ kind: 'edit', id: message.id, words: '编辑消息', text: editable(message) }),
});

const kinds: Readonly<Record<string, string>> = {
  image: '[图片]',
  file: '[文件]',
  post: '[富文本]',
};

const summary = (message: Message): string =>
  message.card === undefined ? (kinds[message.type] ?? editable(message).slice(0, 80)) : '[卡片]';

/** The words as they were typed: mention placeholders become names again. */
function editable({ content, mentions }: Message): string {
  const text = textOf(objectOf(content).text);
  return (mentions ?? []).reduce((words, { key, name }) => words.replaceAll(key, `@${name}`), text);
}
