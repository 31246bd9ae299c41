import { openStage } from '../../tests/stage.js';
import type { Area, Measured } from './area.js';
import { residentMb } from './process.js';

/** Customers who write again and again, each in a conversation of their own. */
const visitors = 40;

export const memory: Area = {
  name: 'memory',
  about:
    'resident memory of each role in a process of its own: at rest, while customers write to the robot (recorded, handled, answered), and after that many messages; what it grows by in the second half',
  async run({ scope, quick, say }) {
    const steps = quick ? 2 : 10;
    const perStep = quick ? 40 : 10_000;
    const stage = await openStage(scope, {
      plans: [{ agents: 2, apps: [{ platform: 'feishu', transport: 'socket' }] }],
      env: { LOG_LEVEL: 'warn' },
    });
    const [company] = stage.enterprises;
    if (!company) throw new Error('there is no enterprise on the stage');
    const people = await Promise.all(
      Array.from({ length: quick ? 4 : visitors }, (_, at) => stage.visit(company, `客户${at}`)),
    );
    const roles = stage.processes.map((one) => ({
      ...{ role: one.role, rest: 0, highest: 0, after: [0] },
      now: () => residentMb(one.pid() ?? 0),
    }));
    for (const one of roles) [one.rest, one.after] = [one.now(), []];
    for (let step = 0; step < steps; step++) {
      const watching = setInterval(() => {
        for (const one of roles) one.highest = Math.max(one.highest, one.now());
      }, 1_000);
      try {
        await Promise.all(
          people.map(async (person, at) => {
            for (let said = at; said < perStep; said += people.length)
              await person.says(`下单后多久发货？${step}`, `${step}-${said}`);
          }),
        );
        await stage.settled(600_000);
      } finally {
        clearInterval(watching);
      }
      for (const one of roles) {
        one.after.push(one.now());
        one.highest = Math.max(one.highest, one.now());
      }
      say(
        `${(step + 1) * perStep} messages: ${roles.map(({ role, now }) => `${role} ${Math.round(now())} MB`)}`,
      );
    }
    return roles.map(({ role, rest, highest, after }): Measured => {
      const late = after.slice(Math.floor(after.length / 2));
      return {
        what: role,
        figures: [
          { name: 'at rest', value: rest, unit: 'MB' },
          { name: 'highest', value: highest, unit: 'MB' },
          { name: `after ${steps * perStep} messages`, value: after.at(-1) ?? 0, unit: 'MB' },
          { name: 'growth per 10,000 messages', value: (slope(late) / perStep) * 10_000, unit: 'MB' },
        ],
        notes: [`after each ${perStep}: ${after.map((mb) => Math.round(mb)).join(', ')} MB`],
      };
    });
  },
};

/** By how much one step raises the line that lies nearest to all values. */
function slope(values: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  const [middle, height] = [(values.length - 1) / 2, mean(values)];
  const spread = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return spread === 0 ? 0 : values.reduce((sum, one, at) => sum + (at - middle) * (one - height), 0) / spread;
}
