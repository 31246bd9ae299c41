import { objectOf, textOf } from '../card/json.js';
import { api } from '../control/api.js';
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
    mentionable: () => mentionable(client),
    say: (spoken) => client.say({ ...into, ...spoken }),
    edit: (message, text) =>
      api
        .edit(client.as, message, text)
        .then(() => client.refresh())
        .then(() => {}),
  });
}

function mentionable(client: Client): Mentionable[] {
  const chat = client.openEntry?.chat;
  if (!chat || chat.kind === 'p2p') return [];
  const bots = client.directory
    .botsIn(chat.id)
    .map(({ appId, name }) => ({ id: appId, name, note: '机器人' }));
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
  interactive: '[卡片]',
  image: '[图片]',
  file: '[文件]',
  post: '[富文本]',
};

const summary = (message: Message): string => kinds[message.type] ?? editable(message).slice(0, 80);

/** The words as they were typed: mention placeholders become names again. */
function editable({ content, mentions }: Message): string {
  const text = textOf(objectOf(content).text);
  return (mentions ?? []).reduce((words, { key, name }) => words.replaceAll(key, `@${name}`), text);
}
