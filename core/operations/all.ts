import { reconnect } from '../alerts/connections.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { dropPostponed, postpone } from '../conversations/postpone.js';
import { rate } from '../conversations/rate.js';
import { note, reply } from '../conversations/reply.js';
import { reword, undo } from '../conversations/take-back.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import { askKnowledge } from '../knowledge/ask.js';
import { dropDraft, sendDraft } from '../members/draft.js';
import { focus } from '../members/focus.js';
import { help, listMine, listQueue, showQuota } from '../members/own-cards.js';
import { Operations } from './registry.js';

/** Every verb of Imdesk. Adding one here adds it to the buttons, the commands and the audit. */
export const allOperations = (): Operations =>
  new Operations([
    askKnowledge,
    askPerson,
    claim,
    claimNext,
    close,
    dropDraft,
    dropPostponed,
    focus,
    help,
    listMine,
    listQueue,
    more,
    note,
    offerTransfer,
    postpone,
    rate,
    reconnect,
    reply,
    reword,
    sendDraft,
    showQuota,
    transfer,
    undo,
  ]);
