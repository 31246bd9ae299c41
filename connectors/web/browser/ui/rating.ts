import type { ChatRating } from '../../chat/wire.js';
import type { Words } from '../../chat/words.js';
import { h, icon } from './dom.js';

const faces = ['😞', '😐', '😊'];

/** Asks how it was: stars (or three faces), a remark, and thanks. `given` is the score once it is given. */
export function ratingCard(
  card: ChatRating,
  given: number | undefined,
  words: Words,
  submit: (score: number, remark: string) => Promise<void>,
): HTMLElement {
  const done = card.state === 'given' || given !== undefined;
  const scores = [...card.scores].sort((one, two) => one.score - two.score);
  const box = h('div', {
    class: 'rating',
    'data-testid': 'imdesk-rating',
    'data-state': done ? 'given' : card.state,
  });
  box.append(h('p', { class: 'rating-prompt' }, card.prompt));
  if (done) {
    const label = card.given ?? scores.find(({ score }) => score === given)?.label;
    box.append(h('p', { class: 'rating-thanks' }, icon('tick'), label || words.ratingThanks));
  } else if (card.state === 'expired') box.append(h('p', { class: 'rating-thanks' }, words.ratingOver));
  else box.append(...form(scores, words, submit));
  return box;
}

function form(
  scores: ChatRating['scores'],
  words: Words,
  submit: (score: number, remark: string) => Promise<void>,
): HTMLElement[] {
  let chosen: number | undefined;
  const label = h('p', { class: 'rating-label', 'aria-live': 'polite' });
  const remark = h('textarea', {
    class: 'rating-remark',
    maxlength: 500,
    rows: 2,
    placeholder: words.remark,
    'aria-label': words.remark,
    'data-testid': 'imdesk-rating-remark',
  });
  const button = h(
    'button',
    { type: 'button', class: 'solid', 'data-testid': 'imdesk-rating-submit', onclick: give },
    words.submit,
  );
  const more = h('div', { class: 'rating-more', hidden: true }, remark, button);
  const marks = scores.map(({ score, label: name }, index) => {
    const mark = scores.length <= 3 ? faces[index + 3 - scores.length] : undefined;
    const onclick = (): void => choose(score, name);
    const named = { 'aria-label': name || words.score(score), 'aria-pressed': 'false' };
    return h(
      'button',
      {
        type: 'button',
        class: mark ? 'face' : 'star',
        'data-testid': `imdesk-score-${score}`,
        ...named,
        onclick,
      },
      mark ?? icon('star'),
    );
  });

  function choose(score: number, name: string): void {
    chosen = score;
    label.textContent = name || words.score(score);
    more.hidden = false;
    more.parentElement?.scrollIntoView({ block: 'nearest' });
    for (const [index, mark] of marks.entries()) {
      const its = scores[index]?.score ?? 0;
      mark.classList.toggle('on', scores.length <= 3 ? its === score : its <= score);
      mark.setAttribute('aria-pressed', String(its === score));
    }
  }

  async function give(): Promise<void> {
    if (chosen === undefined) return;
    button.disabled = true;
    await submit(chosen, remark.value.trim()).catch(() => {
      button.disabled = false;
    });
  }
  return [h('div', { class: 'marks', role: 'group' }, ...marks), label, more];
}
