import { reconnect } from '../alerts/connections.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { hold, holdWhen, resume } from '../conversations/hold.js';
import { accept, decline } from '../conversations/offer.js';
import { dropPostponed, postpone } from '../conversations/postpone.js';
import { rate } from '../conversations/rate.js';
import { note, reply } from '../conversations/reply.js';
import { reword, undo } from '../conversations/take-back.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import { askKnowledge } from '../knowledge/ask.js';
import { dropDraft, sendDraft } from '../members/draft.js';
import { focus } from '../members/focus.js';
import { handOverAll, offDuty } from '../members/off-duty.js';
import { help, listMine, listQueue, showQuota } from '../members/own-cards.js';
import { remind, remindWhen } from '../members/remind.js';
import { setStatus, showStatus } from '../members/status.js';
import { Operations } from './registry.js';

/** Every verb of Imdesk. Adding one here adds it to the buttons, the commands and the audit. */
export const allOperations = (): Operations =>
  new Operations([
    accept,
    askKnowledge,
    askPerson,
    claim,
    claimNext,
    close,
    decline,
    handOverAll,
    hold,
    holdWhen,
    offDuty,
    remind,
    remindWhen,
    resume,
    setStatus,
    showStatus,
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
