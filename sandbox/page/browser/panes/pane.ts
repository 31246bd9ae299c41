import type { Seat } from '../../address/seats.js';
import { conversation } from '../chat/conversation.js';
import { followLinks } from '../chat/links.js';
import { chatList } from '../chat/list.js';
import type { World } from '../control/shapes.js';
import { avatar } from '../dom/avatar.js';
import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { PlatformDrawing } from '../platform.js';
import { seatSwitch } from '../seats/switch.js';
import { type Change, Client } from '../state/client.js';
import { platformSwitch } from './platform-switch.js';
import { rail } from './rail.js';

export interface PaneParts {
  world: World;
  /** The clients this world has people for. */
  offered: readonly PlatformDrawing[];
  /** What the seat was before; it is changed in place. */
  seat: Seat;
  changed: (change: Change) => void;
  /** What stands at the end of the head: buttons that open or close a pane. */
  tools: () => readonly HTMLElement[];
}

/** One client of the staff's side, with who sits at it and on which platform. */
export class Pane {
  readonly element = h('section', { class: 'pane' });
  readonly seat: Seat;
  private readonly parts: PaneParts;
  private current: Client;

  constructor(parts: PaneParts) {
    this.parts = parts;
    this.seat = parts.seat;
    this.current = this.clientOf(this.seat.im);
  }

  get client(): Client {
    return this.current;
  }

  /** Draws the head again: its tools depend on how many panes there are. */
  drawHead(): void {
    this.element.querySelector('.side-head')?.replaceWith(this.head());
  }

  leave(): void {
    this.current.leave();
    this.element.remove();
  }

  private clientOf(im: string): Client {
    const { offered, world } = this.parts;
    const drawing = offered.find(({ id }) => id === im) ?? offered[0];
    if (drawing === undefined) throw new Error('nobody is in this world');
    return new Client(drawing, world[drawing.id]);
  }

  /** Draws the client and sits down at it: whoever sat at the one before, if they are on this platform too. */
  begin(): void {
    const client = this.current;
    const { drawing } = client;
    const known = client.directory.people.some(({ id }) => id === this.seat.as);
    const as = known ? this.seat.as : (client.directory.people[0]?.id ?? null);
    Object.assign(this.seat, { im: drawing.id, as, chat: this.seat.chat });
    const body = h(
      'div',
      { class: `client ${drawing.theme}` },
      rail(client),
      chatList(client),
      conversation(client),
    );
    followLinks(body, client);
    this.element.dataset.im = drawing.id;
    this.element.setAttribute('aria-label', `${drawing.name} · 客服一侧`);
    this.element.replaceChildren(this.head(), body);
    client.subscribe((change) => {
      if (client !== this.current) return;
      if (change === 'open') this.seat.chat = client.open;
      this.element.classList.toggle('chat-open', client.open !== null);
      this.parts.changed(change);
    });
    client.sitDown(as ?? '', this.seat.chat);
  }

  private head(): HTMLElement {
    const { offered, tools } = this.parts;
    const { drawing } = this.current;
    const platforms =
      offered.length > 1
        ? platformSwitch(offered, drawing, (im) => this.change(im))
        : h('span', { class: 'side-name' }, `${drawing.name} · 客服一侧`);
    return h('div', { class: 'side-head' }, platforms, this.personSwitch(), ...tools());
  }

  private change(im: string): void {
    this.current.leave();
    this.seat.chat = null;
    this.current = this.clientOf(im);
    this.begin();
    this.parts.changed('seat');
    this.element.querySelector<HTMLElement>(`[data-testid="im-${this.seat.im}"]`)?.focus();
  }

  private personSwitch(): HTMLElement {
    const client = this.current;
    const seats = client.directory.people.map(({ id, name, title }) => ({
      id,
      name,
      note: title || '成员',
      face: avatar(name, 'person'),
    }));
    return seatSwitch({ label: '切换成员', testid: 'person-switch', seats }, this.seat.as ?? '', (as) => {
      Object.assign(this.seat, { as, chat: null });
      client.sitDown(as, null);
      this.parts.changed('seat');
    });
  }
}

/** A small button in the head of a pane. */
export function paneTool(
  name: 'split' | 'close',
  words: string,
  testid: string,
  click: () => void,
): HTMLElement {
  const button = h('button', {
    type: 'button',
    class: 'icon-button pane-tool',
    'aria-label': words,
    title: words,
    testid,
    click,
  });
  button.append(icon(name));
  return button;
}
