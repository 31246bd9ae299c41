import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { formatTime, formatWaited } from '../i18n/time.js';
import { done, operation, refuse } from '../operations/operation.js';
import type { Scene } from '../pipeline/scene.js';
import { alertStaff } from './alert.js';

interface Connected {
  id: string;
  name: string;
}

/** Nothing could be heard for a while, and the platform keeps nothing for later: what was said then may be lost. */
export function alertGap(
  scene: Scene,
  workspace: Connected,
  gap: { fromMs: number; toMs: number },
): Promise<void> {
  const { locale, timeZone } = scene.tenant;
  const at = (ms: number) => formatTime(ms, { timeZone, locale, now: scene.now });
  const told = text(locale, 'alert.gapTold', {
    workspace: workspace.name,
    from: at(gap.fromMs),
    to: at(gap.toMs),
  });
  const facts = [
    { label: text(locale, 'alert.workspace'), value: workspace.name },
    { label: text(locale, 'alert.lasted'), value: formatWaited(gap.toMs - gap.fromMs, locale) },
  ];
  return alertStaff(scene, {
    about: `gap:${workspace.id}`,
    alert: { title: text(locale, 'alert.gap'), tone: 'warning', told, facts, buttons: [] },
  });
}

/** Somebody else opened the one connection there may be. It is left to them until a person says otherwise. */
export async function alertTaken(scene: Scene, workspace: Connected): Promise<void> {
  const { locale } = scene.tenant;
  await scene.tx.query(
    'update workspaces set taken_at = coalesce(taken_at, $3) where tenant_id = $1 and id = $2',
    [scene.tenant.id, workspace.id, new Date(scene.now)],
  );
  await alertStaff(scene, {
    about: `taken:${workspace.id}`,
    alert: {
      title: text(locale, 'alert.taken'),
      tone: 'attention',
      told: text(locale, 'alert.takenTold'),
      facts: [{ label: text(locale, 'alert.workspace'), value: workspace.name }],
      buttons: [
        {
          label: text(locale, 'alert.reconnect'),
          operation: 'workspace.reconnect',
          subject: workspace.id,
        },
      ],
    },
  });
}

/** The month's pushes are used up: what members say reaches us without its content. */
export function alertQuota(scene: Scene, workspace: Connected): Promise<void> {
  const { locale } = scene.tenant;
  return alertStaff(scene, {
    about: `quota:${workspace.id}`,
    alert: {
      title: text(locale, 'alert.quota'),
      tone: 'attention',
      told: text(locale, 'alert.quotaTold', { workspace: workspace.name }),
      facts: [],
      buttons: [],
    },
  });
}

/** Takes a connection back that somebody else had taken. */
export const reconnect = operation({
  name: 'workspace.reconnect',
  input: z.object({ subject: z.uuid() }),
  who: ['supervisor', 'admin'],
  async run(input, { scene }) {
    const { locale } = scene.tenant;
    const taken = await scene.tx.query(
      'update workspaces set taken_at = null where tenant_id = $1 and id = $2 and taken_at is not null returning 1',
      [scene.tenant.id, input.subject],
    );
    return taken.length > 0
      ? done(text(locale, 'alert.reconnecting'))
      : refuse(text(locale, 'error.alreadyDone'));
  },
});
