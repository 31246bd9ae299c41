import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type CardView, cardData } from '../../core/cards/card.js';
import { locales } from '../../core/i18n/texts.js';

const kept = z.record(
  z.string(),
  z.object({
    template: z.literal('panel'),
    locale: z.enum(locales),
    data: cardData.panel,
    plain: z.string(),
  }),
);

/** Panels as their own views drew them of a shop's desk on an afternoon, with long names and empty lists among them. */
export const panelSamples: Record<string, CardView> = kept.parse(
  JSON.parse(readFileSync(new URL('./panels.json', import.meta.url), 'utf8')),
);
