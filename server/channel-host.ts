import { latestConversationOf } from '../core/conversations/conversation.js';
import { placeInQueue } from '../core/conversations/hand-over.js';
import { messagesAfter, messagesBefore, readByAgent } from '../core/conversations/transcript.js';
import type { Core } from '../core/core.js';
import { Lately } from '../core/lately.js';
import { memberById } from '../core/members/member.js';
import type { ChannelHost, OpenAccount, Standing } from '../core/ports/connector.js';
import { identityFor, recordFromChannel } from '../core/receive.js';
import { sharedValues } from '../core/storage/shared-values.js';

/** Far more than look at one process at once. */
const lookingMax = 100_000;

/** What core offers to the connectors that serve their customers themselves. */
export function channelHost(core: Core, channel: string): ChannelHost {
  const identityOf = (account: OpenAccount, sender: string) => core.identities.find(account, sender);
  /** Who was looking here lately: hints name identities, connectors know senders. */
  const looking = new Lately<string>(lookingMax);

  async function seen(account: OpenAccount, sender: string): Promise<string | undefined> {
    const identityId = await identityOf(account, sender);
    if (identityId !== undefined) looking.set(identityId, sender);
    return identityId;
  }

  async function standingOf(account: OpenAccount, identityId: string): Promise<Standing> {
    const tenant = await core.tenants.get(account.tenantId);
    const conversation = await latestConversationOf(core.db, tenant.id, identityId);
    if (!conversation) return { state: 'none', robot: tenant.robotName };
    const owner =
      conversation.state === 'active' && conversation.ownerId !== undefined
        ? await memberById(core.db, tenant.id, conversation.ownerId)
        : undefined;
    const place =
      conversation.state === 'waiting' ? await placeInQueue(core.db, tenant.id, conversation) : undefined;
    const readUpTo = await readByAgent(core.db, tenant.id, conversation);
    return { state: conversation.state, agent: owner?.name, place, robot: tenant.robotName, readUpTo };
  }

  return {
    clock: core.clock,
    ids: core.ids,
    log: core.log,
    async account(id) {
      const account = await core.accounts.byId(id);
      return account?.connector.channel === channel ? account : undefined;
    },
    async receive(account, events) {
      // Who writes for the first time becomes somebody now: once it is recorded, the answer may be there at once.
      for (const event of events) {
        if (event.kind === 'other' || event.sender === undefined) continue;
        const identityId = await identityFor(core, account, event);
        if (identityId !== undefined) looking.set(identityId, event.sender);
      }
      await recordFromChannel(core, account, events);
    },
    async transcript(account, sender, after, limit) {
      const identityId = await seen(account, sender);
      return identityId === undefined ? [] : messagesAfter(core.db, { ...account, identityId }, after, limit);
    },
    async earlier(account, sender, before, limit) {
      const identityId = await seen(account, sender);
      return identityId === undefined
        ? []
        : messagesBefore(core.db, { ...account, identityId }, before, limit);
    },
    async standing(account, sender) {
      const identityId = await seen(account, sender);
      if (identityId !== undefined) return standingOf(account, identityId);
      return { state: 'none', robot: (await core.tenants.get(account.tenantId)).robotName };
    },
    async storeMedia(account, bytes, name) {
      const stored = await core.media.keep(account.tenantId, bytes, name);
      return { mediaId: stored.id, mime: stored.mime, type: stored.type, name: stored.name };
    },
    shared: ({ tenantId, id }) => sharedValues(core.db, core.vault, core.clock, tenantId, id),
    mediaLink: (account, mediaId) => core.media.link(account.tenantId, mediaId),
    onNews: (heard) =>
      core.hints.hear((hint) => {
        if (hint.kind !== 'news') return;
        const sender = looking.get(hint.identityId);
        if (sender !== undefined) heard(hint.accountId, sender, hint.news);
      }),
    typing() {},
  };
}
