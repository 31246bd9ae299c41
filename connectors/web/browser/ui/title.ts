import type { Words } from '../../chat/words.js';

/** Blinks the page's title while something is unread and the page is not looked at. Returns how to tell it the count. */
export function titleBlinker(words: Words): (unread: number) => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let original = '';
  const stop = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    document.title = original;
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) stop();
  });
  return (unread) => {
    if (unread === 0 || !document.hidden) return stop();
    if (timer !== undefined) return;
    original = document.title;
    let on = false;
    timer = setInterval(() => {
      on = !on;
      document.title = on ? words.newMessages(unread) : original;
    }, 1000);
  };
}
