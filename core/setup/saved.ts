import { redrawPanel } from '../cards/show-panel.js';
import { type Call, done, type Outcome } from '../operations/operation.js';
import { setupPanel } from './panel.js';

/** What was changed is seen at once on the caller's panel. */
export async function saved(call: Call, say: string): Promise<Outcome> {
  if (call.caller) await redrawPanel(call.scene, setupPanel, call.caller.id);
  return done(say);
}
