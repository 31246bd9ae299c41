import type { Accounts } from '../accounts/accounts.js';
import type { Clock, Ids } from '../clock.js';
import type { Content } from '../conversations/message.js';
import type { Logger } from '../log.js';
import type { Entry } from '../pipeline/entry.js';
import type { Hints } from '../pipeline/hints.js';
import { type OutgoingMedia, SendError } from '../ports/courier.js';
import type { Database } from '../storage/database.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { MediaRefused } from './accept.js';
import type { Media, StoredMedia } from './media.js';

type MediaContent = Extract<Content, { media: object }>;

/**
 * The files of messages. What a platform only names is fetched when it is about to be sent on, which keeps its place
 * between the words around it and costs nothing while a message is being handled; from then on it is ours.
 */
export class MessageMedia {
  constructor(
    private readonly parts: {
      db: Database;
      media: Media;
      workspaces: Workspaces;
      accounts: Accounts;
      clock: Clock;
      ids: Ids;
      hints: Hints;
      log: Logger;
    },
  ) {}

  /** The file of a message, ready to go out. Undefined: it can't be had, or is of a kind that is not accepted. */
  async outgoing(
    tenantId: string,
    messageId: string,
    content: MediaContent,
  ): Promise<OutgoingMedia | undefined> {
    const { media } = this.parts;
    const stored =
      content.media.mediaId === undefined
        ? await this.fetch(tenantId, messageId, content)
        : await media.find(tenantId, content.media.mediaId);
    return (
      stored && {
        type: content.type,
        mime: stored.mime,
        name: stored.name,
        bytes: () => media.read(stored),
        url: media.link(tenantId, stored.id),
      }
    );
  }

  /** A file of our own making, ready to go out; the same for the same id. */
  async made(
    tenantId: string,
    id: string,
    file: { name: string; mime: string; bytes: Buffer },
  ): Promise<OutgoingMedia> {
    const { media } = this.parts;
    const stored = await media.keepMade(tenantId, id, file);
    return {
      type: 'file',
      mime: stored.mime,
      name: stored.name,
      bytes: () => media.read(stored),
      url: media.link(tenantId, stored.id),
    };
  }

  /** A signed address of a stored file. */
  link(tenantId: string, mediaId: string): string {
    return this.parts.media.link(tenantId, mediaId);
  }

  private async fetch(
    tenantId: string,
    messageId: string,
    content: MediaContent,
  ): Promise<StoredMedia | undefined> {
    const { media, log } = this.parts;
    const { handle, name } = content.media;
    const origin = handle === undefined ? undefined : await this.originOf(tenantId, messageId);
    if (handle === undefined || !origin?.courier.fetchMedia) return undefined;
    try {
      const fetched = await origin.courier.fetchMedia(origin.externalId, handle, content.type);
      const stored = await media.keep(tenantId, fetched.bytes, name ?? fetched.name);
      const kept: MediaContent = {
        ...content,
        media: { mediaId: stored.id, name: stored.name, mime: stored.mime, bytes: stored.bytes },
      };
      await this.tellConversation(tenantId, messageId, kept);
      return stored;
    } catch (error) {
      const reason = whyNever(error);
      if (reason === undefined) throw error;
      log.info({ message: messageId, reason }, 'a file was not accepted; its name is sent in its place');
      return undefined;
    }
  }

  /** As a row of the conversation's mailbox, like everything that changes it: readers count on revisions that rise. */
  private async tellConversation(tenantId: string, messageId: string, content: MediaContent): Promise<void> {
    const { db, clock, ids, hints } = this.parts;
    const [row] = await db.query<{ mailbox: string }>(
      `insert into inbox (tenant_id, mailbox, id, entry, received_at)
       select $1, 'identity:' || c.identity_id, $3, $4, $5 from messages m
         join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
        where m.tenant_id = $1 and m.id = $2 returning mailbox`,
      [
        tenantId,
        messageId,
        ids.next(),
        JSON.stringify({ kind: 'fetched', messageId, content } satisfies Entry),
        new Date(clock.now()),
      ],
    );
    if (row) hints.give([{ kind: 'mailbox', tenantId, name: row.mailbox }]);
  }

  /** Where a message was said: the workspace or account that knows its file by the handle. */
  private async originOf(tenantId: string, messageId: string) {
    const { db, workspaces, accounts } = this.parts;
    const [said] = await db.query<{ source: string; external_id: string }>(
      'select source, external_id from appearances where tenant_id = $1 and message_id = $2 order by at limit 1',
      [tenantId, messageId],
    );
    const origin =
      said && ((await workspaces.byId(tenantId, said.source)) ?? (await accounts.byId(said.source)));
    return origin && { courier: origin.courier, externalId: said.external_id };
  }
}

/** Why a file can't be had, now or later; undefined when another try may find it. */
function whyNever(error: unknown): string | undefined {
  if (error instanceof MediaRefused) return error.reason;
  return error instanceof SendError && error.fate === 'refused' ? error.message : undefined;
}
