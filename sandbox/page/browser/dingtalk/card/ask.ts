import { type JsonObject, textOf } from '../../control/json.js';
import { h } from '../../dom/element.js';

/** The question before a press, in the template's words; true when there is none or the person agreed. */
export function asked({ title, message, ok, cancel }: JsonObject): Promise<boolean> {
  if (typeof ok !== 'string') return Promise.resolve(true);
  return new Promise((resolve) => {
    const dialog = h('dialog', { class: 'dialog', 'aria-label': textOf(title), testid: 'confirm-dialog' });
    const answer = (value: boolean) => (): void => {
      resolve(value);
      dialog.close();
    };
    dialog.append(
      h('h2', {}, textOf(title)),
      h('p', {}, textOf(message)),
      h(
        'div',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'plain', click: answer(false) }, textOf(cancel)),
        h('button', { type: 'button', class: 'primary', click: answer(true) }, ok),
      ),
    );
    dialog.addEventListener('close', () => {
      resolve(false);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
