import { PANES_MAX, type Seat } from '../../address/seats.js';
import type { World } from '../control/shapes.js';
import { h } from '../dom/element.js';
import type { PlatformDrawing } from '../platform.js';
import type { Change, Client } from '../state/client.js';
import { Pane, paneTool } from './pane.js';
import { drawings } from './platforms.js';

/** The staff's side: one client, or two side by side. */
export class Panes {
  readonly element = h('div', { class: 'panes' });
  /** The clients of those platforms on which there is anybody. */
  readonly offered: readonly PlatformDrawing[];
  private readonly world: World;
  private readonly changed: (change: Change) => void;
  private all: Pane[] = [];

  /** @param changed  called when anything in any of them did; `seats` then says who sits where */
  constructor(world: World, changed: (change: Change) => void) {
    this.world = world;
    this.offered = Object.values(drawings).filter(({ id }) => world[id].people.length > 0);
    this.changed = changed;
  }

  /** False when nobody is in this world. */
  open(seats: readonly Seat[]): boolean {
    if (this.offered.length > 0) for (const seat of seats) this.add(seat);
    this.rearranged();
    return this.all.length > 0;
  }

  get seats(): Seat[] {
    return this.all.map(({ seat }) => seat);
  }

  get clients(): Client[] {
    return this.all.map(({ client }) => client);
  }

  private add(seat: Seat): void {
    const pane = new Pane({
      world: this.world,
      offered: this.offered,
      seat: { ...seat },
      changed: this.changed,
      tools: () => this.toolsOf(pane),
    });
    this.all.push(pane);
    this.element.append(pane.element);
    pane.begin();
  }

  private toolsOf(pane: Pane): HTMLElement[] {
    if (this.all.length < PANES_MAX)
      return [paneTool('split', '再并排打开一个客户端', 'pane-add', () => this.split())];
    return [paneTool('close', '关闭这个客户端', 'pane-close', () => this.close(pane))];
  }

  /** Beside the client that is open, the next platform's; on the only platform, the next person's. */
  private split(): void {
    const [first] = this.seats;
    const next =
      this.offered[(this.offered.findIndex(({ id }) => id === first?.im) + 1) % this.offered.length];
    if (!first || !next) return;
    const people = this.world[next.id].people.filter(({ id }) => next.id !== first.im || id !== first.as);
    const same = people.find(({ id }) => id === first.as);
    this.add({ im: next.id, as: (same ?? people[0])?.id ?? first.as, chat: null });
    this.rearranged();
  }

  private close(pane: Pane): void {
    this.all = this.all.filter((other) => other !== pane);
    pane.leave();
    this.rearranged();
  }

  private rearranged(): void {
    this.drawHeads();
    this.changed('seat');
  }

  private drawHeads(): void {
    this.element.dataset.count = String(this.all.length);
    this.all.forEach((pane, at) => {
      pane.element.dataset.testid = `pane-${at + 1}`;
      pane.drawHead();
    });
  }
}
