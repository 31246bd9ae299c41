import { phaseOf } from '../cards/look.js';
import { type Conversation, conversationById, subjectOf } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import type { Installation } from '../installation.js';
import { memberById, setFocus } from '../members/member.js';
import { enqueue } from '../outbox/enqueue.js';
import { identityMailbox, memberMailbox } from '../pipeline/entry.js';
import { forward, type Scene } from '../pipeline/scene.js';
import {
  type Caller,
  type Invocation,
  type Operation,
  type Outcome,
  type Prepared,
  refuse,
} from './operation.js';
import { redacted } from './secrets.js';
import { wrongWords } from './wrong.js';

/**
 * All operations by name. Whatever is called goes through `call`: it forwards the call to the mailbox it must run in,
 * and there checks the caller's right and the input, runs it once for its id, and keeps the outcome as the audit row.
 */
export class Operations {
  private readonly byName: ReadonlyMap<string, Operation>;

  constructor(
    operations: readonly Operation[],
    private readonly installed?: Installation,
  ) {
    this.byName = new Map(operations.map((one) => [one.name, one]));
  }

  /** What this installation has. */
  get installation(): Installation {
    if (!this.installed) throw new Error('These operations know no installation');
    return this.installed;
  }

  /** Whether somebody of this role may call it, for menus and helps. */
  allows(name: string, role: Caller['role']): boolean {
    return this.byName.get(name)?.who.includes(role) ?? false;
  }

  /** Whether it changes nothing, and only shows something to who calls it. */
  shows(name: string): boolean {
    return this.byName.get(name)?.shows ?? false;
  }

  /**
   * Called in the caller's own mailbox. Runs it here, or forwards it to the conversation it is about.
   * @param known  what whoever calls has looked up in this transaction already
   */
  async call(
    scene: Scene,
    invocation: Invocation,
    known: { caller?: Caller; conversation?: Conversation } = {},
  ): Promise<void> {
    const checked = await this.check(scene, invocation, known.caller);
    const conversationId = 'refused' in checked ? undefined : checked.prepared.conversation;
    if ('refused' in checked || conversationId === undefined)
      return this.settleWith(scene, invocation, checked);
    // What a queue gave them they have not seen yet: their words go on to whom they were turned to.
    const { actor, origin } = invocation;
    if (checked.prepared.focuses && actor.kind === 'member' && origin.kind !== 'assigned') {
      setFocus(scene.tx, scene.tenant.id, actor.id, conversationId, invocation.at);
    }
    const conversation =
      known.conversation?.id === conversationId
        ? known.conversation
        : await conversationById(scene.tx, scene.tenant.id, conversationId);
    if (!conversation) {
      const refused = refuse(text(scene.tenant.locale, 'error.conversationNotFound'));
      return this.settleWith(scene, invocation, { refused });
    }
    await forward(scene, identityMailbox(conversation.identityId), { kind: 'invoke', invocation });
  }

  /** Settles a call without asking what it means: who calls may not call anything. */
  refuse(scene: Scene, invocation: Invocation, say: string): Promise<void> {
    return this.settleWith(scene, invocation, { refused: refuse(say) });
  }

  /** Called in the mailbox it must run in. A repeat of the same id has no effect. */
  async run(scene: Scene, invocation: Invocation): Promise<void> {
    // Neither needs the other's answer.
    const [checked, settled] = await Promise.all([
      this.check(scene, invocation),
      isSettled(scene, invocation),
    ]);
    if (!settled) await this.settle(scene, invocation, checked);
  }

  private async check(scene: Scene, invocation: Invocation, known?: Caller): Promise<Checked> {
    const locale = scene.tenant.locale;
    const operation = this.byName.get(invocation.operation);
    if (!operation) return { refused: refuse(text(locale, 'error.expired')) };
    const caller = known ?? (await callerOf(scene, invocation));
    const role = invocation.actor.kind === 'customer' ? 'customer' : caller?.role;
    if (role === undefined || !operation.who.includes(role)) {
      return { refused: refuse(text(locale, 'error.notAllowed')) };
    }
    const prepared = operation.prepare(invocation.input);
    if (prepared.wrong !== undefined) {
      return { refused: refuse(wrongWords(locale, invocation.input, prepared.wrong)) };
    }
    return { prepared, caller };
  }

  private async settleWith(scene: Scene, invocation: Invocation, checked: Checked): Promise<void> {
    if (!(await isSettled(scene, invocation))) await this.settle(scene, invocation, checked);
  }

  /** Runs what was checked, keeps the outcome, and tells it where the call was typed; a click is answered by its card. */
  private async settle(scene: Scene, invocation: Invocation, checked: Checked): Promise<void> {
    const { outcome, conversation } =
      'refused' in checked
        ? { outcome: checked.refused, conversation: undefined }
        : {
            outcome: (await hasMoved(scene, invocation, checked.prepared))
              ? refuse(text(scene.tenant.locale, 'error.stale'))
              : await checked.prepared.run({ scene, invocation, caller: checked.caller, operations: this }),
            conversation: checked.prepared.conversation,
          };
    if (!outcome) return;
    const secrets = this.byName.get(invocation.operation)?.secrets ?? [];
    keepOutcome(scene, { ...invocation, input: redacted(invocation.input, secrets) }, outcome, conversation);
    if (invocation.origin.kind === 'typed' && outcome.say !== undefined) {
      await enqueue(scene, { kind: 'tell', to: invocation.origin.place, text: outcome.say });
    }
  }
}

type Checked = { prepared: Prepared; caller: Caller | undefined } | { refused: Outcome };

async function isSettled(scene: Scene, invocation: Invocation): Promise<boolean> {
  const rows = await scene.tx.query('select 1 from invocations where tenant_id = $1 and id = $2', [
    scene.tenant.id,
    invocation.id,
  ]);
  return rows.length > 0;
}

/** Whether the conversation is no longer what it was when the caller decided on it. */
async function hasMoved(scene: Scene, { phase }: Invocation, { conversation }: Prepared): Promise<boolean> {
  if (phase === undefined || conversation === undefined) return false;
  const found = await conversationById(scene.tx, scene.tenant.id, conversation);
  return found !== undefined && phaseOf(found) !== phase;
}

function keepOutcome(
  scene: Scene,
  { id, operation, actor, input }: Invocation,
  outcome: Outcome,
  conversationId: string | undefined,
): void {
  scene.tx.send(
    `insert into invocations (tenant_id, id, operation, actor, subject, input, ok, outcome, at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      scene.tenant.id,
      id,
      operation,
      actor.kind === 'member' ? memberMailbox(actor.id) : identityMailbox(actor.identityId),
      conversationId === undefined ? null : subjectOf(conversationId),
      JSON.stringify(input),
      outcome.ok,
      JSON.stringify(outcome),
      new Date(scene.now),
    ],
  );
  scene.hints.push({ kind: 'outcome', tenantId: scene.tenant.id, id });
}

async function callerOf(scene: Scene, { actor }: Invocation): Promise<Caller | undefined> {
  if (actor.kind === 'customer') return undefined;
  const member = await memberById(scene.tx, scene.tenant.id, actor.id);
  return member && !member.departed ? { id: member.id, name: member.name, role: member.role } : undefined;
}
