import { z } from 'zod';
import { button, panel, type Shown } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { done, operation } from '../operations/operation.js';
import { sightOf } from '../search/visible.js';
import { choiceAmong, chosenId } from './live.js';
import { openPlaces, openRows, placeWords } from './open-rows.js';

const query = z.object({ queue: chosenId, after: z.string().max(80).optional() });

const rowsOnPage = 8;

/** Everybody who waits, a page at a time: for whoever wants to choose, where the card of the queue has room for the first few. */
export const browsePanel = panel({
  name: 'browse',
  asked: query,
  async view(looking, reader, { queue, after }): Promise<Shown> {
    const { db, tenant } = looking;
    const { locale } = tenant;
    const sight = await sightOf(db, tenant.id, reader);
    const found = await openPlaces(
      looking,
      sight,
      { queueId: queue },
      { after, limit: rowsOnPage + 1, states: ['waiting'] },
    );
    const shown = found.slice(0, rowsOnPage);
    const last = shown.at(-1);
    const same: Record<string, string> = queue === undefined ? {} : { queue };
    const inputs = [
      choiceAmong(locale, 'queue', text(locale, 'card.label.queue'), sight.queues, queue),
    ].filter(({ options }) => options.length > 2);
    const rows = await openRows(
      looking,
      sight,
      shown.map(({ id }) => id),
      { label: text(locale, 'card.button.claim'), operation: 'conversation.claim' },
    );
    return {
      title: text(locale, 'overview.allWaiting'),
      rows,
      empty: text(locale, after === undefined ? 'card.queueEmpty' : 'overview.noMore'),
      inputs,
      submit: inputs.length > 0 ? [button(text(locale, 'overview.button.show'), browse.name)] : [],
      buttons: [
        button(
          text(locale, after === undefined ? 'card.button.refresh' : 'overview.button.top'),
          browse.name,
          same,
        ),
        ...(found.length > rowsOnPage && last
          ? [button(text(locale, 'card.button.next'), browse.name, { ...same, after: placeWords(last) })]
          : []),
      ],
    };
  },
});

/** Shows all who wait in the queues that the caller may see. */
export const browse = operation({
  name: 'queue.browse',
  input: query,
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    await showPanel(call, browsePanel, input);
    return done();
  },
});
