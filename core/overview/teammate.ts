import { z } from 'zod';
import { button, panel, type Shown } from '../cards/panel.js';
import { redrawPanel, showPanel } from '../cards/show-panel.js';
import { text } from '../i18n/texts.js';
import { startOfDay } from '../i18n/time.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { sightOf } from '../search/visible.js';
import { sharesOf } from './figures.js';
import { openPlaces, openRows, placeWords } from './open-rows.js';
import { type Teammate, teammate } from './people.js';
import { shareWords } from './team.js';

const query = z.object({ member: z.uuid(), after: z.string().max(80).optional() });

const rowsOnPage = 8;

/** One colleague: what they have in hand, and what can be done with all of it. */
export const teammatePanel = panel({
  name: 'teammate',
  asked: query,
  async view(looking, reader, { member, after }): Promise<Shown> {
    const { db, tenant, now } = looking;
    const { locale } = tenant;
    const sight = await sightOf(db, tenant.id, reader);
    const one = await teammate(db, tenant.id, sight, member);
    if (!one || reader.role === 'agent' || reader.role === 'employee')
      return { title: text(locale, 'overview.noSuchColleague') };
    const seen = { tenantId: tenant.id, sight, wanted: {} };
    const share = (await sharesOf(db, seen, [member], startOfDay(now, tenant.timeZone))).get(member);
    const places = await openPlaces(
      looking,
      sight,
      { ownerId: member },
      { after, limit: rowsOnPage + 1, states: ['active'] },
    );
    const shown = places.slice(0, rowsOnPage);
    const last = shown.at(-1);
    const sure = {
      title: text(locale, 'overview.sureOffDuty', { name: one.name }),
      text: text(locale, 'overview.sureOffDutyText'),
    };
    return {
      title: one.name,
      tag: text(locale, `shift.status.${one.status}`),
      status: shareWords(locale, one, share).join(' · '),
      rows: await openRows(
        looking,
        sight,
        shown.map(({ id }) => id),
      ),
      empty: text(locale, 'overview.nothingInHand'),
      buttons: [
        ...(after === undefined
          ? []
          : [button(text(locale, 'overview.button.top'), overseeMember.name, { member })]),
        ...(places.length > rowsOnPage && last
          ? [
              button(text(locale, 'card.button.next'), overseeMember.name, {
                member,
                after: placeWords(last),
              }),
            ]
          : []),
        ...((share?.load ?? 0) > 0
          ? [button(text(locale, 'overview.button.reassignAll'), 'conversation.offerReassign', { member })]
          : []),
        ...(one.status === 'off'
          ? []
          : [button(text(locale, 'overview.button.offDuty'), sendOff.name, { member }, { confirm: sure })]),
        button(text(locale, 'overview.button.team'), 'member.team'),
      ],
    };
  },
});

async function directed({ scene, caller }: Call, member: string): Promise<Teammate | undefined> {
  if (!caller) return undefined;
  return teammate(scene.tx, scene.tenant.id, await sightOf(scene.tx, scene.tenant.id, caller), member);
}

/** Shows a supervisor one of their people. */
export const overseeMember = operation({
  name: 'member.oversee',
  input: query,
  who: ['supervisor', 'admin'],
  shows: true,
  async run(input, call) {
    if (!(await directed(call, input.member)))
      return refuse(text(call.scene.tenant.locale, 'overview.noSuchColleague'));
    await showPanel(call, teammatePanel, input);
    return done();
  },
});

/** Sends a colleague off duty, who has gone home without saying so. What they have in hand stays theirs until it is given on. */
export const sendOff = operation({
  name: 'member.sendOff',
  input: z.object({ member: z.uuid() }),
  who: ['supervisor', 'admin'],
  async run({ member }, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const one = await directed(call, member);
    if (!one || !caller) return refuse(text(locale, 'overview.noSuchColleague'));
    await scene.tx.query(
      `update members set status = 'off', status_since = $3 where tenant_id = $1 and id = $2 and status <> 'off'`,
      [scene.tenant.id, member, new Date(scene.now)],
    );
    await happened(scene, { kind: 'member.sentOff', subject: `member:${member}`, actor: caller.id });
    await redrawPanel(scene, teammatePanel, caller.id);
    return done(text(locale, 'overview.isOffDuty', { name: one.name }));
  },
});
