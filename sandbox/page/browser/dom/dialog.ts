import { h } from './element.js';

/** Asks before something is done. Resolves to true only when the person pressed the confirming button. */
export function confirmed(title: string, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h('dialog', {
      class: 'dialog',
      'aria-label': title || '请确认',
      testid: 'confirm-dialog',
    });
    const answer = (value: boolean) => (): void => {
      resolve(value);
      dialog.close();
    };
    dialog.append(
      h('h2', {}, title || '请确认'),
      h('p', {}, text),
      h(
        'div',
        { class: 'dialog-buttons' },
        h('button', { type: 'button', class: 'plain', click: answer(false) }, '取消'),
        h('button', { type: 'button', class: 'primary', click: answer(true) }, '确定'),
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

/** Shows one picture large; Escape or a click puts it away. */
export function showPicture(address: string, alt: string): void {
  const dialog = h('dialog', { class: 'picture', 'aria-label': alt || '图片预览' });
  dialog.addEventListener('click', () => dialog.close());
  dialog.append(h('img', { src: address, alt }));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
