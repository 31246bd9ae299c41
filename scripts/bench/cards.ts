import { bind, rootOf } from '../../cards/bind.js';
import { renderDingtalk } from '../../cards/dingtalk/render.js';
import { renderFeishu } from '../../cards/feishu/render.js';
import { samples } from '../../cards/samples.js';
import { templateOf } from '../../cards/templates.js';
import { renderWecom } from '../../cards/wecom/render.js';
import type { CardView } from '../../core/cards/card.js';
import { text } from '../../core/i18n/texts.js';
import type { Area } from './area.js';
import { median } from './numbers.js';

const page = 'https://desk.example/pages/0123456789abcdef';

/** What is sent of a card on each surface; a page draws in the browser what is sent here. */
const surfaces: Record<string, (view: CardView) => unknown> = {
  feishu: renderFeishu,
  dingtalk: renderDingtalk,
  wecom: (view) =>
    renderWecom(view.template === 'desk' || view.template === 'rating' ? view : { ...view, page }, {
      ...{ where: 'app', taskId: 'card-1', replaced: text(view.locale, 'card.settled') },
    }),
  html: (view) => bind(view),
};

export const cards: Area = {
  name: 'cards',
  about:
    'cards rendered and written as JSON per second, all samples of the gallery in turn, beside bare expansion of the same templates with the same prepared data (adaptivecards-templating, parsed once)',
  async run({ quick }) {
    const views = Object.values(samples).map((view) => ({ view, root: rootOf(view) }));
    const bare = () => {
      for (const { view, root } of views) JSON.stringify(templateOf(view.template).expand({ $root: root }));
    };
    const drawn = Object.entries(surfaces).map(([name, draw]) => ({
      ...{ name, rates: [0] },
      round: () => {
        for (const { view } of views) JSON.stringify(draw(view));
      },
    }));
    const all = [{ name: 'bare', rates: [0], round: bare }, ...drawn];
    for (const { round } of all) round();
    for (const one of all) one.rates = [];
    for (let turn = 0; turn < (quick ? 1 : 15); turn++) {
      for (const { rates, round } of all) {
        const begun = performance.now();
        const rounds = quick ? 1 : 5;
        for (let at = 0; at < rounds; at++) round();
        rates.push(((views.length * rounds) / (performance.now() - begun)) * 1_000);
      }
    }
    const [expansion = 0, ...rates] = all.map((one) => median(one.rates));
    return drawn.map(({ name }, at) => {
      const rate = rates[at] ?? 0;
      return {
        what: name,
        ratio: { value: rate / expansion, of: 'bare expansion' },
        figures: [
          { name: 'cards', value: rate, unit: '/s' },
          { name: 'bare expansion', value: expansion, unit: '/s' },
        ],
      };
    });
  },
};
