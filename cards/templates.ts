import { readFileSync } from 'node:fs';
// Not the package's own entry: its types lead into another package's TypeScript sources, which do not compile here.
import { Template } from 'adaptivecards-templating/lib/template-engine.js';
import { type CardName, cardData } from '../core/cards/card.js';

/** A template as it is written, before any data. */
export function templateSource(name: CardName): unknown {
  return JSON.parse(readFileSync(new URL(`./templates/${name}.json`, import.meta.url), 'utf8'));
}

/** Parsed once: parsing takes forty times as long as placing the data. */
const templates = new Map(
  Object.keys(cardData).map((name) => [name, new Template(templateSource(name as CardName))]),
);

/** The parsed template of a card, kept for the life of the process. */
export function templateOf(name: CardName): Template {
  const template = templates.get(name);
  if (!template) throw new Error(`No template cards/templates/${name}.json`);
  return template;
}
