import { z } from 'zod';
import { locales, text } from '../i18n/texts.js';
import { operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { tenantSettings } from '../tenant.js';
import { settingsChanged } from './changed.js';
import { saved } from './saved.js';
import { whole } from './words.js';

/** The robot's name and first words, and the language and clock of the house. */
export const setRobot = operation({
  name: 'robot.set',
  input: z.object({
    name: z.string().trim().min(1).max(20).optional(),
    welcome: z.string().trim().max(500).optional(),
    timeZone: z.string().trim().max(60).optional(),
    language: z.enum(locales).optional(),
    whole,
  }),
  who: ['admin'],
  async run(input, call) {
    const { scene, caller } = call;
    const { tenant, tx } = scene;
    const { name, timeZone, language } = input;
    if (timeZone !== undefined && !isTimeZone(timeZone))
      return refuse(text(tenant.locale, 'setup.timeZoneWrong', { zone: timeZone }));
    const welcome = input.welcome ?? (input.whole ? '' : undefined);
    const settings = welcome === undefined ? {} : tenantSettings.pick({ welcome: true }).parse({ welcome });
    await tx.query(
      `update tenants set robot_name = coalesce($2, robot_name), time_zone = coalesce($3, time_zone),
         locale = coalesce($4, locale), settings = settings || $5 where id = $1`,
      [tenant.id, name ?? null, timeZone ?? null, language ?? null, JSON.stringify(settings)],
    );
    await happened(scene, {
      kind: 'robot.set',
      subject: `tenant:${tenant.id}`,
      actor: caller?.id,
      data: { name, welcome, timeZone, language },
    });
    await settingsChanged(scene);
    return saved(call, text(language ?? tenant.locale, 'setup.robotSet'));
  },
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
