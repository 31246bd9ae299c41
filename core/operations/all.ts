import { reconnect } from '../alerts/connections.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { hold, holdWhen, resume } from '../conversations/hold.js';
import { accept, decline } from '../conversations/offer.js';
import { rate } from '../conversations/rate.js';
import { giveBack, reassign, takeOver } from '../conversations/reassign.js';
import { note, reply } from '../conversations/reply.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import { whisper } from '../conversations/whisper.js';
import { askKnowledge } from '../knowledge/ask.js';
import { dropDraft, sendDraft } from '../members/draft.js';
import { focus } from '../members/focus.js';
import { handOverAll, offDuty } from '../members/off-duty.js';
import { help, listMine, listQueue, showQuota } from '../members/own-cards.js';
import { remind, remindWhen } from '../members/remind.js';
import { setStatus, showStatus } from '../members/status.js';
import { reassignAll, undoBatch } from '../overview/batch.js';
import { offerReassign } from '../overview/choose-heir.js';
import { oversee } from '../overview/detail.js';
import { live } from '../overview/live.js';
import { team } from '../overview/team.js';
import { overseeMember, sendOff } from '../overview/teammate.js';
import { exportLog } from '../search/export.js';
import { find } from '../search/find.js';
import { showLog } from '../search/log.js';
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
    exportLog,
    find,
    focus,
    giveBack,
    help,
    listMine,
    listQueue,
    live,
    more,
    note,
    offerReassign,
    offerTransfer,
    oversee,
    overseeMember,
    sendOff,
    rate,
    reassign,
    reassignAll,
    reconnect,
    reply,
    sendDraft,
    showLog,
    showQuota,
    takeOver,
    team,
    transfer,
    undoBatch,
    whisper,
  ]);
