import * as adaptive from 'adaptivecards';
import type { AdaptiveCard } from '../../adaptive.js';
import { hostConfig } from './look/host-config.js';
import { prepare } from './look/prepare.js';

/** What a person asked for on a card: the button's operation and arguments, and what they put into its form. */
export interface Submission {
  operation: string;
  arguments: Record<string, string | number | boolean>;
  form: Record<string, string>;
}

/** Text stays text, whichever Markdown library a page may bring. */
adaptive.AdaptiveCard.onProcessMarkdown = (_text, result) => {
  result.didProcess = false;
};
const look = new adaptive.HostConfig(hostConfig);
let cardsDrawn = 0;

/**
 * Draws a bound card into an element, in place of what it held. Its texts are shown as they were typed: Markdown is off,
 * and nothing in them becomes markup. Pages call it as `imdeskCards.drawCard`, and bring `cards.css`.
 *
 * @param submit told of every agreed and valid submission; until what it returns has settled the card takes no clicks
 */
export function drawCard(
  card: AdaptiveCard,
  into: HTMLElement,
  submit: (submission: Submission) => Promise<void> | void,
): void {
  cardsDrawn += 1;
  const prefix = `card${cardsDrawn}-`;
  const prepared = prepare(card, prefix);
  const drawn = new adaptive.AdaptiveCard();
  drawn.hostConfig = look;
  drawn.parse(prepared.card);
  drawn.onExecuteAction = (action) => {
    const request = action.id ? prepared.requests.get(action.id) : undefined;
    if (!request) return turn(action.renderedElement);
    const { operation, arguments: given, confirm } = request.data;
    if (confirm && !window.confirm(`${confirm.title}\n${confirm.text}`)) return;
    const form = request.inForm ? valuesOf(drawn, prefix) : {};
    void untilSettled(into, () => submit({ operation, arguments: given, form }));
  };
  into.classList.add('imdesk-card');
  into.replaceChildren(drawn.render() ?? '');
  for (const button of into.querySelectorAll('button[aria-controls]'))
    button.setAttribute('aria-expanded', 'false');
}

/** A button that unfolds a part says whether it is unfolded. */
function turn(button: HTMLElement | undefined): void {
  button?.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') !== 'true'));
}

function valuesOf(card: adaptive.AdaptiveCard, prefix: string): Record<string, string> {
  const values = card
    .getAllInputs()
    .map(({ id = '', value }): [string, string] => [
      id.slice(prefix.length),
      typeof value === 'string' ? value : '',
    ]);
  return Object.fromEntries(values);
}

async function untilSettled(element: HTMLElement, work: () => Promise<void> | void): Promise<void> {
  element.inert = true;
  try {
    await work();
  } finally {
    element.inert = false;
  }
}

Object.assign(globalThis, { imdeskCards: { drawCard } });
