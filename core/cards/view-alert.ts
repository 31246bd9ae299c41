import type { z } from 'zod';
import { cardData } from './card.js';
import { type Drawn, type Looking, timeless } from './look.js';

export const alertSchema = cardData.alert;
export type Alert = z.infer<typeof alertSchema>;

/** Something supervisors and admins should know: it says what was so when it was sent. */
export function alertView({ tenant: { locale } }: Looking, data: Alert): Drawn {
  return {
    version: 1,
    phase: timeless,
    view: {
      template: 'alert',
      locale,
      plain: [data.title, data.told, ...data.facts.map((fact) => `${fact.label}：${fact.value}`)].join('\n'),
      data,
    },
  };
}
