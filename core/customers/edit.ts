import { z } from 'zod';
import { text } from '../i18n/texts.js';
import { done, operation, refuse } from '../operations/operation.js';
import { happened } from '../pipeline/scene.js';
import { customerSubject } from './merge.js';
import { personOf } from './person.js';
import { isReach, keepReach, reaches, spelled } from './reach.js';
import { afterChange, sightIn, staff } from './show.js';
import { tagChanges, tagsMax } from './tags.js';

/** What is typed to empty a field: what was left empty stays as it was, since not every form can tell the two apart. */
const isCleared = (typed: string): boolean => /^[-－]$/.test(typed);

const field = (max: number) => z.string().trim().max(max).default('');

/** What staff know of a customer better than any channel. */
export const editCustomer = operation({
  name: 'customer.edit',
  input: z.object({
    conversation: z.uuid(),
    name: field(60),
    phone: field(30),
    email: field(120),
    remark: field(500),
  }),
  who: staff,
  secrets: ['phone', 'email'],
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { locale } = scene.tenant;
    const sight = await sightIn(call, input.conversation);
    if (!sight || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const id = sight.conversation.customerId;
    for (const kind of reaches) {
      const value = spelled(kind, input[kind]);
      if (input[kind] !== '' && !isCleared(input[kind]) && !isReach(kind, value))
        return refuse(text(locale, 'error.invalidValue', { field: text(locale, `customer.${kind}`) }));
    }
    for (const kind of reaches)
      if (input[kind] !== '') await keepReach(scene, id, kind, isCleared(input[kind]) ? '' : input[kind]);
    await scene.tx.query(
      `update customers set name = case when $3 = '' then name else $3 end, named = named or ($3 <> '' and $3 <> name),
              remark = case when $4 = '' then remark else nullif($5, '') end
        where tenant_id = $1 and id = $2`,
      [scene.tenant.id, id, input.name, input.remark, isCleared(input.remark) ? '' : input.remark],
    );
    const changed = (['name', 'phone', 'email', 'remark'] as const).filter((key) => input[key] !== '');
    await happened(scene, {
      kind: 'customer.edited',
      subject: customerSubject(id),
      actor: caller.id,
      data: { fields: changed },
    });
    await afterChange(call, sight.conversation);
    return done(text(locale, 'customer.saved'));
  },
});

/** "/tag VIP -欠费": puts tags on a customer and takes others off. */
export const tagCustomer = operation({
  name: 'customer.tag',
  input: z.object({ conversation: z.uuid(), tags: z.string().trim().min(1).max(300) }),
  who: staff,
  conversation: (input) => input.conversation,
  async run(input, call) {
    const { scene, caller } = call;
    const { tx, tenant } = scene;
    const { locale } = tenant;
    const sight = await sightIn(call, input.conversation);
    const person =
      sight && (await personOf(tx, scene.vault, tenant.id, sight.conversation.customerId, scene.now));
    if (!sight || !person || !caller) return refuse(text(locale, 'error.conversationNotFound'));
    const { on, off } = tagChanges(input.tags);
    const tags = [...new Set([...person.tags, ...on])].filter((tag) => !off.includes(tag));
    if (tags.length > tagsMax) return refuse(text(locale, 'customer.tooManyTags', { max: tagsMax }));
    const added = on.filter((tag) => !person.tags.includes(tag));
    if (added.length > 0)
      await tx.query('update customers set tags = tags || $3::text[] where tenant_id = $1 and id = $2', [
        tenant.id,
        person.id,
        added,
      ]);
    // Of every record of the person: a tag that was taken off is gone, whichever of them had it.
    if (off.length > 0)
      await tx.query(
        `update customers set tags = array(select tag from unnest(tags) with ordinality as t (tag, place)
                                            where tag <> all($3::text[]) order by place)
          where tenant_id = $1 and id = any($2::uuid[]) and tags && $3::text[]`,
        [tenant.id, person.ids, off],
      );
    await happened(scene, {
      kind: 'customer.tagged',
      subject: customerSubject(person.id),
      actor: caller.id,
      data: { on: added, off },
    });
    await afterChange(call, sight.conversation);
    return done(
      tags.length > 0
        ? text(locale, 'customer.tagged', { customer: person.name, tags: tags.join(' · ') })
        : text(locale, 'customer.untagged', { customer: person.name }),
    );
  },
});
