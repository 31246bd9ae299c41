import { h } from '../dom/element.js';
import { icon } from '../dom/icons.js';

export interface Seat {
  id: string;
  name: string;
  /** What stands under the name: a title, a role. */
  note: string;
  face: HTMLElement;
}

/**
 * Chooses who sits at one side. A native select lies over the designed face, so keyboard, screen readers and phones get
 * what they are used to.
 */
export function seatSwitch(
  how: { label: string; testid: string; seats: readonly Seat[] },
  chosen: string,
  choose: (id: string) => void,
): HTMLElement {
  const options = how.seats.map(({ id, name, note }) =>
    h('option', { value: id }, note === '' ? name : `${name} · ${note}`),
  );
  const select = h('select', { 'aria-label': how.label, testid: how.testid }, ...options);
  const face = h('span', { class: 'seat-face', 'aria-hidden': 'true' });
  const draw = (): void => {
    const seat = how.seats.find(({ id }) => id === select.value);
    if (seat === undefined) return;
    const words = h('span', { class: 'seat-words' }, h('strong', {}, seat.name), h('small', {}, seat.note));
    face.replaceChildren(seat.face, words, icon('down'));
  };
  select.value = chosen;
  select.addEventListener('change', () => {
    draw();
    choose(select.value);
  });
  draw();
  return h('div', { class: 'seat' }, face, select);
}
