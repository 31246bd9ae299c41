import type { CustomerMessage } from '../conversations/message.js';
import type { Scene } from '../pipeline/scene.js';
import type { Database } from '../storage/database.js';
import { pieceNames } from './merge.js';

type Reads = Pick<Database, 'query'>;

/** What a message of ours is called on one platform or channel. */
export async function appearanceOf(
  db: Reads,
  tenantId: string,
  source: string,
  messageId: string,
): Promise<string | undefined> {
  return (await appearancesOf(db, tenantId, source, messageId))[0];
}

/** All that it is called there: a long one came in several parts. */
export async function appearancesOf(
  db: Reads,
  tenantId: string,
  source: string,
  messageId: string,
): Promise<string[]> {
  const rows = await db.query<{ external_id: string }>(
    `select external_id from appearances where tenant_id = $1 and source = $2 and message_id = $3 order by at, external_id`,
    [tenantId, source, messageId],
  );
  return rows.map((row) => row.external_id);
}

/** Whether other messages went in one with it: who takes that back takes back theirs. */
export async function isShared(
  db: Reads,
  tenantId: string,
  source: string,
  externalId: string,
  messageId: string,
): Promise<boolean> {
  const rows = await db.query(
    `select 1 from appearances where tenant_id = $1 and source = $2 and external_id = any($3::text[])
        and message_id is distinct from $4 limit 1`,
    [tenantId, source, pieceNames(externalId.replace(/#\d+$/, '')), messageId],
  );
  return rows.length > 0;
}

/** What a message is called where it was said, so that a quote or a recall of it is understood. */
export function rememberAppearance(
  scene: Scene,
  source: string,
  externalId: string,
  message: CustomerMessage,
): void {
  scene.tx.send(
    `insert into appearances (tenant_id, source, external_id, conversation_id, message_id, at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [scene.tenant.id, source, externalId, message.conversationId, message.id, new Date(scene.now)],
  );
}
