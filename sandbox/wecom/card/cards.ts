import type { Clock } from '../../kernel/clock.js';
import type { Teller } from '../../kernel/stream.js';
import type { State } from '../state.js';
import type { Card, Message } from '../world.js';

/** Everybody has a copy of a card of their own, which changes for them alone. */
export class Cards {
  readonly #parts: { state: State; clock: Clock; stream: Teller };

  constructor(parts: { state: State; clock: Clock; stream: Teller }) {
    this.#parts = parts;
  }

  copyOf(message: Message, person: string): Card {
    return message.copies?.[person] ?? message.card ?? {};
  }

  /** Puts other cards in these people's hands. */
  change(message: Message, people: readonly string[], changed: (copy: Card) => Card): void {
    if (message.recalled) return;
    const copies = people.map((person) => [person, changed(this.copyOf(message, person))]);
    message.copies = { ...message.copies, ...Object.fromEntries(copies) };
    this.#parts.state.save(message);
    this.#parts.stream.tell({ type: 'update', chat: message.chat, message: message.id }, people);
  }

  /** Its buttons become one that cannot be pressed. */
  replaceButtons(message: Message, people: readonly string[], name: string): void {
    this.change(message, people, (copy) => ({ ...copy, replace_text: name }));
  }

  /** Another card; the task it stands for stays what it was. */
  replaceCard(message: Message, people: readonly string[], card: Card): void {
    const task = message.card?.task_id;
    this.change(message, people, () => (task === undefined ? card : { ...card, task_id: task }));
  }
}
