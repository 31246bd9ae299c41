import { z } from 'zod';
import { showPanel } from '../cards/show-panel.js';
import { conversationById } from '../conversations/conversation.js';
import { text } from '../i18n/texts.js';
import { type Call, done, type Outcome, operation, refuse } from '../operations/operation.js';
import { identityMailbox } from '../pipeline/entry.js';
import { forward } from '../pipeline/scene.js';
import { maySee, queuesFor } from '../queues/queue.js';
import { normalise } from '../text/bigrams.js';
import { type Canned, cannedFor, countUse, managesTeams, mayChange, nameMax, wordsMax } from './canned.js';
import { onlyMeant } from './find.js';
import { askedOfCanned, cannedPanel } from './panel.js';
import { valuesIn } from './values.js';
import { filled, missingIn, unknownIn, variables } from './variables.js';

const staff = ['agent', 'supervisor', 'admin'] as const;

/** Texts kept ready, for the caller to look through. */
export const listCanned = operation({
  name: 'canned.list',
  input: askedOfCanned,
  who: staff,
  shows: true,
  async run(input, call) {
    await showPanel(call, cannedPanel, input);
    return done();
  },
});

/** "/r 退款": sends the one that is surely meant, to the customer that is surely meant; else shows what there is. */
export const pickCanned = operation({
  name: 'canned.pick',
  input: z.object({ conversation: z.uuid().optional(), search: z.string().trim().max(60).default('') }),
  who: staff,
  async run({ conversation, search }, call) {
    const meant = onlyMeant(await reachable(call), search);
    if (meant && conversation !== undefined) return send(call, meant, conversation);
    const asked = meant ? { view: 'one', reply: meant.id } : { search };
    await showPanel(call, cannedPanel, { ...asked, ...(conversation === undefined ? {} : { conversation }) });
    return done();
  },
});

/** Sends one of them to a conversation of the caller's, as a reply like any other. */
export const sendCanned = operation({
  name: 'canned.send',
  input: z.object({ conversation: z.uuid(), reply: z.uuid() }),
  who: staff,
  async run(input, call) {
    const one = (await reachable(call)).find(({ id }) => id === input.reply);
    if (!one) return refuse(text(call.scene.tenant.locale, 'canned.gone'));
    return send(call, one, input.conversation);
  },
});

const reachable = ({ scene, caller }: Call): Promise<Canned[]> | Canned[] =>
  caller ? cannedFor(scene.tx, scene.tenant.id, caller, scene.now) : [];

async function send(call: Call, one: Canned, conversationId: string): Promise<Outcome | undefined> {
  const { scene, caller, invocation } = call;
  const { tx, tenant, now } = scene;
  const conversation = await conversationById(tx, tenant.id, conversationId);
  if (!caller || conversation?.state !== 'active' || conversation.ownerId !== caller.id)
    return refuse(text(tenant.locale, 'error.notYourConversation'));
  const values = await valuesIn(tx, tenant, conversation, caller.name);
  const missing = missingIn(one.words, values);
  if (missing.length > 0) {
    if (invocation.origin.kind === 'typed')
      await showPanel(call, cannedPanel, { view: 'one', reply: one.id, conversation: conversation.id });
    const names = missing.map((name) => text(tenant.locale, `canned.variable.${name}`)).join('、');
    return refuse(text(tenant.locale, 'canned.missing', { variables: names }));
  }
  await countUse(tx, tenant.id, one, caller.id, now);
  await forward(scene, identityMailbox(conversation.identityId), {
    kind: 'invoke',
    invocation: {
      ...invocation,
      operation: 'conversation.reply',
      input: {
        conversation: conversation.id,
        content: { type: 'text', text: filled(one.words, values) },
        echo: true,
      },
    },
  });
  return undefined;
}

/** Keeps a new one, or changes one. What stands in braces and is no variable is shown, and nothing is kept. */
export const saveCanned = operation({
  name: 'canned.save',
  input: z.object({
    reply: z.uuid().optional(),
    conversation: z.uuid().optional(),
    name: z.string().trim().min(1).max(nameMax),
    words: z.string().trim().min(1).max(wordsMax),
    /** `own`, `all`, or a queue's id. */
    scope: z.union([z.enum(['own', 'all', '']), z.uuid()]).default('own'),
  }),
  who: staff,
  async run(input, call) {
    const { scene, caller } = call;
    const { tx, tenant, now } = scene;
    const { locale } = tenant;
    if (!caller) return refuse(text(locale, 'error.notMember'));
    const unknown = unknownIn(input.words);
    if (unknown.length > 0) {
      const names = variables.map((name) => `{${text(locale, `canned.variable.${name}`)}}`).join(' ');
      return refuse(text(locale, 'canned.unknownVariables', { unknown: unknown.join(' '), names }));
    }
    const all = await reachable(call);
    const scope = input.scope || 'own';
    // Two of one name in one place could never be told apart.
    const known = all.find((one) =>
      input.reply === undefined
        ? scopeOf(one) === scope && normalise(one.name) === normalise(input.name)
        : one.id === input.reply,
    );
    if (input.reply !== undefined && !known) return refuse(text(locale, 'canned.gone'));
    if (known && !mayChange(known, caller)) return refuse(text(locale, 'error.notAllowed'));
    if (!(await maySaveFor(call, scope))) return refuse(text(locale, 'error.notAllowed'));
    const id = known?.id ?? scene.ids.next();
    await tx.query(
      `insert into canned_replies (tenant_id, id, member_id, queue_id, name, words, updated_by, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (tenant_id, id) do update set member_id = excluded.member_id, queue_id = excluded.queue_id,
         name = excluded.name, words = excluded.words, updated_by = excluded.updated_by, updated_at = excluded.updated_at`,
      [
        tenant.id,
        id,
        scope === 'own' ? caller.id : null,
        scope === 'own' || scope === 'all' ? null : scope,
        input.name,
        input.words,
        caller.id,
        new Date(now),
      ],
    );
    await backToList(call, input.conversation);
    return done(text(locale, 'canned.saved', { name: input.name }));
  },
});

const scopeOf = ({ memberId, queueId }: Canned): string =>
  memberId === undefined ? (queueId ?? 'all') : 'own';

async function maySaveFor({ scene, caller }: Call, scope: string): Promise<boolean> {
  if (!caller) return false;
  if (scope === 'own') return true;
  if (!managesTeams(caller)) return false;
  if (scope === 'all') return true;
  const queues = await queuesFor(scene.tx, scene.tenant.id, caller.id);
  return queues.some((queue) => queue.id === scope && maySee(queue, caller));
}

export const deleteCanned = operation({
  name: 'canned.delete',
  input: z.object({ reply: z.uuid(), conversation: z.uuid().optional() }),
  who: staff,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const one = (await reachable(call)).find(({ id }) => id === input.reply);
    if (!one || !caller) return refuse(text(locale, 'canned.gone'));
    if (!mayChange(one, caller)) return refuse(text(locale, 'error.notAllowed'));
    await scene.tx.query('delete from canned_replies where tenant_id = $1 and id = $2', [
      scene.tenant.id,
      one.id,
    ]);
    await backToList(call, input.conversation);
    return done(text(locale, 'canned.deleted', { name: one.name }));
  },
});

/** Whoever pressed a button looks at the list again; who typed has been told. */
async function backToList(call: Call, conversation: string | undefined): Promise<void> {
  if (call.invocation.origin.kind === 'click')
    await showPanel(call, cannedPanel, conversation === undefined ? {} : { conversation });
}
