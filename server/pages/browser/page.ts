import type { drawCard, Submission, Typed } from '../../../cards/html/browser/cards.js';
import type { Confirm } from '../../../cards/html/browser/look/prepare.js';
import type { Notice, PageStart, PageState, Press, PressAnswer } from '../state.js';
import { filesPart } from './parts/files.js';
import { forget, recall, remember } from './parts/memory.js';
import { post, type Sent } from './parts/send.js';

declare const imdeskCards: { drawCard: typeof drawCard };

/** How often a press that is still being handled is asked about, and how long between. */
const asksMax = 8;
const askEveryMs = 1_200;

const start: PageStart = JSON.parse(byId('start').textContent ?? '');
const { words, token } = start;
const [noticeAt, cardAt, typedAt] = [byId('notice'), byId('card'), byId('typed')];
const dark = window.matchMedia('(prefers-color-scheme: dark)');
let state = start.state;
let typed: Typed[] = recall();
let busy = false;
const files = filesPart({
  at: byId('files'),
  words: words.files,
  token,
  newPress: pressId,
  busy(is, doing) {
    busy = is;
    cardAt.inert = is;
    if (doing !== undefined) say({ tone: 'warning', text: doing }, 'busy');
  },
  told: settledOr,
  warn: (text) => say({ tone: 'warning', text }),
});

draw(state);
if (state.notice) say(state.notice);
dark.addEventListener?.('change', () => !busy && draw(state));
document.addEventListener('visibilitychange', () => void (document.hidden || lookAgain()));

/** Draws what the page shows. What was typed comes back into its form; where there is none any more, it can be read below. */
function draw(next: PageState): void {
  state = next;
  document.title = state.title;
  cardAt.hidden = state.card === undefined;
  if (state.card) {
    const values = Object.fromEntries(typed.map(({ id, value }) => [id, value]));
    imdeskCards.drawCard(state.card, cardAt, press, {
      dark: dark.matches,
      values,
      ask,
      typed(all) {
        typed = all;
        remember(all);
      },
    });
  }
  files.show(state.files);
  showTyped();
}

function press({ operation: button, form }: Submission): Promise<void> {
  return send({ token, button, form, press: pressId() });
}

/** However often it is sent, a press has its effect once. */
async function send(one: Press): Promise<void> {
  busy = true;
  cardAt.inert = true;
  say({ tone: 'warning', text: words.sending }, 'busy');
  const sent = await sendUntilAnswered(one);
  cardAt.inert = false;
  busy = false;
  told(one, sent);
}

async function sendUntilAnswered(one: Press): Promise<Sent> {
  for (let asks = 1; ; asks++) {
    const sent = await post(window.location.pathname, one);
    if (sent.kind !== 'answered' || sent.answer.kind !== 'working' || asks === asksMax) return sent;
    say({ tone: 'warning', text: words.working }, 'busy');
    await new Promise((resolve) => setTimeout(resolve, askEveryMs));
  }
}

const told = (one: Press, sent: Sent): void => settledOr(sent, () => void send(one));

/** Shows what it came to, or offers to try the same again. */
function settledOr(sent: Sent, retry: () => void): void {
  switch (sent.kind) {
    case 'answered':
      settled(sent.answer);
      break;
    case 'login':
      // Login leads back here, and what was typed is still there.
      window.location.reload();
      break;
    case 'over':
      draw({ ...state, card: undefined, open: false });
      say({ tone: 'warning', text: sent.words });
      break;
    default:
      say({ tone: 'warning', text: words[sent.kind] }, 'retry', retry);
  }
}

function settled(answer: PressAnswer): void {
  if (answer.kind === 'working') return void say({ tone: 'warning', text: words.stillWorking });
  if (answer.kind === 'done') {
    typed = [];
    forget();
  }
  draw(answer.state);
  say(answer.notice);
}

/** Somebody comes back to the page after a while: things may have changed. A form that is being filled in is left alone. */
async function lookAgain(): Promise<void> {
  if (busy || !state.open) return;
  const answer = await fetch(`${window.location.pathname}/now`, { cache: 'no-store' }).catch(() => undefined);
  if (!answer?.ok || busy) return;
  const next: PageState = await answer.json();
  const isFilledIn = typed.some(({ value }) => value !== '');
  if (next.open && (isFilledIn || JSON.stringify(next) === JSON.stringify(state))) return;
  draw(next);
  if (next.notice) say(next.notice);
}

/** Tells what happened, aloud to who can't see it, and what can be done next. */
function say({ tone, text }: Notice, more?: 'busy' | 'retry', retry?: () => void): void {
  noticeAt.hidden = false;
  noticeAt.dataset.tone = more === 'busy' ? 'busy' : tone;
  noticeAt.replaceChildren(text);
  if (more === 'retry' && retry) {
    const button = element('button', words.retry);
    button.addEventListener('click', retry);
    noticeAt.append(' ', button);
  }
  if (more === undefined && !state.open) noticeAt.append(element('span', words.goBack));
  if (more !== 'busy') noticeAt.scrollIntoView({ block: 'nearest' });
}

/** What was typed and can not be sent any more: nobody has to write it twice. */
function showTyped(): void {
  const left = state.open ? [] : typed.filter(({ value }) => value !== '');
  typedAt.hidden = left.length === 0;
  typedAt.replaceChildren(
    element('h2', words.typed),
    ...left.flatMap(({ label, words: read }) => [element('h3', label), element('p', read)]),
  );
}

function ask({ title, text }: Confirm): Promise<boolean> {
  const dialog = document.createElement('dialog');
  if (typeof dialog.showModal !== 'function') return Promise.resolve(window.confirm(`${title}\n${text}`));
  const [yes, no] = [element('button', words.confirm), element('button', words.cancel)];
  yes.className = 'yes';
  const buttons = document.createElement('div');
  buttons.append(no, yes);
  dialog.append(element('h2', title), element('p', text), buttons);
  document.body.append(dialog);
  return new Promise((resolve) => {
    yes.addEventListener('click', () => dialog.close('yes'));
    no.addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes');
      dialog.remove();
    });
    dialog.showModal();
  });
}

function element<Tag extends 'button' | 'h2' | 'h3' | 'p' | 'span'>(
  tag: Tag,
  text: string,
): HTMLElementTagNameMap[Tag] {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

function pressId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
