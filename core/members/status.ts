import { z } from 'zod';
import { button, panel } from '../cards/panel.js';
import { showPanel } from '../cards/show-panel.js';
import { activeConversationsOf } from '../conversations/conversation.js';
import { homeOf } from '../conversations/workplace.js';
import { text } from '../i18n/texts.js';
import { formatTime, startOfDay } from '../i18n/time.js';
import { type Call, done, operation, refuse } from '../operations/operation.js';
import { enqueue } from '../outbox/enqueue.js';
import { memberMailbox } from '../pipeline/entry.js';
import { happened, type Scene, setTimer } from '../pipeline/scene.js';
import { assignNextTo } from '../queues/assign.js';
import { type Status, statuses } from './member.js';
import { offDutyPanel } from './off-duty.js';

const minuteMs = 60_000;

/**
 * Says whether the caller takes work: `on` does; `busy` and `break` keep what they have and are given no more; `off` hands
 * over what is open, and is shown how.
 */
export const setStatus = operation({
  name: 'member.status',
  input: z.object({
    status: z.enum(statuses),
    /** A break of so many minutes ends by itself. */
    minutes: z.coerce.number().int().min(1).max(720).optional(),
  }),
  who: ['agent', 'supervisor', 'admin'],
  async run({ status, minutes }, call) {
    const { scene, caller } = call;
    const { locale, timeZone } = scene.tenant;
    if (!caller) return refuse(text(locale, 'error.notMember'));
    const until = status === 'break' && minutes ? scene.now + minutes * minuteMs : undefined;
    await become(scene, caller.id, status, until);
    if (until !== undefined)
      await setTimer(scene, memberMailbox(caller.id), { kind: 'backAtWork', until }, until);
    if (status === 'on') await assignNextTo(scene, caller.id);
    const open = await activeConversationsOf(scene.tx, scene.tenant.id, caller.id);
    if (call.invocation.origin.kind === 'click') await showPanel(call, statusPanel, {});
    if (status === 'off' && open.length > 0) {
      await showPanel(call, offDutyPanel, {});
      return done(text(locale, 'shift.offWithOpen', { count: open.length }));
    }
    return done(
      until === undefined
        ? text(locale, `shift.isNow.${status}`)
        : text(locale, 'shift.breakUntil', {
            until: formatTime(until, { timeZone, locale, now: scene.now }),
          }),
    );
  },
});

async function become(scene: Scene, memberId: string, status: Status, until?: number): Promise<void> {
  await scene.tx.query(
    `update members set status = $3, status_since = $4, status_until = $5 where tenant_id = $1 and id = $2`,
    [scene.tenant.id, memberId, status, new Date(scene.now), until === undefined ? null : new Date(until)],
  );
  await happened(scene, {
    kind: 'member.status',
    subject: memberMailbox(memberId),
    actor: memberId,
    data: { status, until },
  });
}

/** A break is over, unless they have ended it or begun another. */
export async function backAtWork(scene: Scene, memberId: string, until: number): Promise<void> {
  const rows = await scene.tx.query(
    `select 1 from members where tenant_id = $1 and id = $2 and status = 'break' and status_until = $3`,
    [scene.tenant.id, memberId, new Date(until)],
  );
  if (rows.length === 0) return;
  await become(scene, memberId, 'on');
  await assignNextTo(scene, memberId);
  const to = await homeOf(scene, memberId);
  if (to) await enqueue(scene, { kind: 'tell', to, text: text(scene.tenant.locale, 'shift.breakOver') });
}

export const showStatus = operation({
  name: 'member.showStatus',
  input: z.object({}),
  who: ['agent', 'supervisor', 'admin'],
  shows: true,
  async run(_, call: Call) {
    await showPanel(call, statusPanel, {});
    return done();
  },
});

/** How they stand, and their own day. */
export const statusPanel = panel({
  name: 'status',
  asked: z.object({}),
  async view({ db, tenant, now }, reader) {
    const { locale, timeZone } = tenant;
    const [day] = await db.query<{
      open: number;
      held: number;
      closed: number;
      rated: number;
      rating: number | null;
    }>(
      `select count(*) filter (where state = 'active')::int as open,
              count(*) filter (where state = 'active' and held_until is not null)::int as held,
              count(*) filter (where state = 'closed')::int as closed,
              count(rating) filter (where state = 'closed')::int as rated,
              (avg(rating) filter (where state = 'closed'))::float as rating
         from conversations where tenant_id = $1 and owner_id = $2 and (state = 'active' or (state = 'closed' and closed_at >= $3))`,
      [tenant.id, reader.id, new Date(startOfDay(now, timeZone))],
    );
    const fact = (label: 'open' | 'closed' | 'rating', value: string) => ({
      label: text(locale, `shift.today.${label}`),
      value,
    });
    const until = reader.statusUntil;
    return {
      title: text(locale, 'shift.statusTitle'),
      tag: text(locale, `shift.status.${reader.status}`),
      tone: reader.status === 'on' ? ('good' as const) : ('warning' as const),
      status:
        until === undefined
          ? ''
          : text(locale, 'shift.breakUntil', { until: formatTime(until, { timeZone, locale, now }) }),
      facts: [
        fact(
          'open',
          day && day.held > 0
            ? text(locale, 'shift.openHeld', { open: day.open, held: day.held })
            : String(day?.open ?? 0),
        ),
        fact('closed', String(day?.closed ?? 0)),
        ...(day && day.rating !== null
          ? [fact('rating', text(locale, 'shift.rated', { rating: day.rating.toFixed(1), count: day.rated }))]
          : []),
      ],
      buttons: [
        ...statuses
          .filter((one) => one !== reader.status)
          .map((one) =>
            one === 'break'
              ? button(text(locale, 'shift.breakFor', { minutes: 15 }), setStatus.name, {
                  status: one,
                  minutes: 15,
                })
              : button(text(locale, `shift.status.${one}`), setStatus.name, { status: one }),
          ),
      ],
    };
  },
});
