import * as adaptive from 'adaptivecards';
import type { AdaptiveCard } from '../../adaptive.js';
import { hostConfig } from './look/host-config.js';
import { type Confirm, prepare } from './look/prepare.js';

/** What a person asked for on a card: the button's operation and arguments, and what they put into its form. */
export interface Submission {
  operation: string;
  arguments: Record<string, string | number | boolean>;
  form: Record<string, string>;
}

/** What stands in an input: its value, and how it reads, which for a choice is its title. */
export interface Typed {
  id: string;
  label: string;
  value: string;
  words: string;
}

export interface DrawOptions {
  dark?: boolean;
  /** What the inputs begin with, by their ids; a form that has something in it is unfolded. */
  values?: Readonly<Record<string, string>>;
  /** Told of everything that stands in inputs, whenever that changes. */
  typed?(all: Typed[]): void;
  /** Asks whether somebody means it; the browser's own question if absent. */
  ask?(question: Confirm): Promise<boolean>;
}

/** Text stays text, whichever Markdown library a page may bring. */
adaptive.AdaptiveCard.onProcessMarkdown = (_text, result) => {
  result.didProcess = false;
};
const looks = {
  light: new adaptive.HostConfig(hostConfig(false)),
  dark: new adaptive.HostConfig(hostConfig(true)),
};
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
  options: DrawOptions = {},
): void {
  cardsDrawn += 1;
  const prefix = `card${cardsDrawn}-`;
  const prepared = prepare(card, prefix, options.values);
  const drawn = new adaptive.AdaptiveCard();
  drawn.hostConfig = options.dark ? looks.dark : looks.light;
  drawn.parse(prepared.card);
  const ask = options.ask ?? askOfBrowser;
  let busy = false;
  drawn.onExecuteAction = async (action) => {
    const request = action.id ? prepared.requests.get(action.id) : undefined;
    if (!request) return turn(action.renderedElement);
    // Not every browser knows `inert`.
    if (busy) return;
    busy = true;
    into.inert = true;
    try {
      const { operation, arguments: given, confirm } = request.data;
      if (confirm && !(await ask(confirm))) return;
      const form = request.inForm ? valuesOf(typedIn(drawn, prefix)) : {};
      await submit({ operation, arguments: given, form });
    } finally {
      into.inert = false;
      busy = false;
    }
  };
  drawn.onInputValueChanged = () => options.typed?.(typedIn(drawn, prefix));
  into.classList.add('imdesk-card');
  into.classList.toggle('imdesk-dark', options.dark ?? false);
  into.replaceChildren(drawn.render() ?? '');
  for (const button of into.querySelectorAll('button[aria-controls]')) {
    const shown = document.getElementById(button.getAttribute('aria-controls') ?? '');
    button.setAttribute('aria-expanded', String(shown !== null && shown.style.display !== 'none'));
  }
}

const askOfBrowser = async ({ title, text }: Confirm): Promise<boolean> =>
  window.confirm(`${title}\n${text}`);

/** A button that unfolds a part says whether it is unfolded. */
function turn(button: HTMLElement | undefined): void {
  button?.setAttribute('aria-expanded', String(button.getAttribute('aria-expanded') !== 'true'));
}

function typedIn(card: adaptive.AdaptiveCard, prefix: string): Typed[] {
  return card.getAllInputs().map((input) => {
    const value = typeof input.value === 'string' ? input.value : '';
    const choice =
      input instanceof adaptive.ChoiceSetInput
        ? input.choices.find((one) => one.value === value)?.title
        : undefined;
    return {
      id: (input.id ?? '').slice(prefix.length),
      label: input.label ?? '',
      value,
      words: choice ?? value,
    };
  });
}

const valuesOf = (typed: readonly Typed[]): Record<string, string> =>
  Object.fromEntries(typed.map(({ id, value }) => [id, value]));

Object.assign(globalThis, { imdeskCards: { drawCard } });
