import { looksLikeCode } from '../conversations/codes.js';
import type { Conversation } from '../conversations/conversation.js';
import type { Command, CommandName, Meaning, Typist } from './command.js';

/** How a command finds the conversation it is about, and says how it is typed. */
interface Tools {
  named(code: string, typist: Typist): Promise<Conversation | { say: string }>;
  current(typist: Typist): Promise<Conversation | { say: string }>;
  usage(typist: Typist, name: CommandName): Meaning;
}

type Names = 'find' | 'log' | 'export' | 'live' | 'team' | 'takeover' | 'whisper';

/** Finding what was said, and the supervisor's overview. */
export const overviewCommands = ({ named, current, usage }: Tools): Record<Names, Command> => ({
  find: {
    operation: 'conversation.find',
    async read(words) {
      return { operation: this.operation, input: { words: words.slice(0, 200) } };
    },
  },
  log: {
    operation: 'conversation.log',
    async read(words, typist) {
      const found = words ? await named(words, typist) : await current(typist);
      return 'say' in found ? found : { operation: this.operation, input: { conversation: found.id } };
    },
  },
  export: {
    operation: 'conversation.export',
    async read(words, typist) {
      const parts = words.split(/\s+/).filter(Boolean);
      const format = parts.some((part) => part.toLowerCase() === 'json') ? 'json' : 'html';
      const code = parts.find((part) => part.toLowerCase() !== 'json');
      const found = code ? await named(code, typist) : await current(typist);
      return 'say' in found
        ? found
        : { operation: this.operation, input: { conversation: found.id, format } };
    },
  },
  live: { operation: 'queue.live', read: async () => ({ operation: 'queue.live', input: {} }) },
  team: { operation: 'member.team', read: async () => ({ operation: 'member.team', input: {} }) },
  takeover: {
    operation: 'conversation.takeOver',
    async read(words, typist) {
      const found = words ? await named(words, typist) : typist.here;
      if (!found) return usage(typist, 'takeover');
      if ('say' in found) return found;
      return { operation: this.operation, input: { conversation: found.id, epoch: found.epoch } };
    },
  },
  whisper: {
    operation: 'conversation.whisper',
    async read(words, typist) {
      const [, first = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
      const byCode = looksLikeCode(first);
      const said = (byCode ? rest : words).trim();
      const found = byCode ? await named(first, typist) : typist.here;
      if (!found || said === '') return usage(typist, 'whisper');
      return 'say' in found
        ? found
        : { operation: this.operation, input: { conversation: found.id, words: said } };
    },
  },
});
