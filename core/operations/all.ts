import { reconnect } from '../alerts/connections.js';
import { deleteCanned, listCanned, pickCanned, saveCanned, sendCanned } from '../canned/operations.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { hold, holdWhen, resume } from '../conversations/hold.js';
import { accept, decline } from '../conversations/offer.js';
import { dropPostponed, postpone } from '../conversations/postpone.js';
import { rate } from '../conversations/rate.js';
import { giveBack, reassign, takeOver } from '../conversations/reassign.js';
import { note, reply } from '../conversations/reply.js';
import { reword, undo } from '../conversations/take-back.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import { whisper } from '../conversations/whisper.js';
import { block, listBlocked, unblock } from '../customers/blocked.js';
import { editCustomer, tagCustomer } from '../customers/edit.js';
import { mergeCustomer, splitCustomer } from '../customers/same.js';
import { revealCustomer, showCustomer } from '../customers/show.js';
import { askKnowledge } from '../knowledge/ask.js';
import { dropDraft, sendDraft } from '../members/draft.js';
import { focus } from '../members/focus.js';
import { handOverAll, offDuty } from '../members/off-duty.js';
import { help, listMine, listQueue, showQuota } from '../members/own-cards.js';
import { remind, remindWhen } from '../members/remind.js';
import { setStatus, showStatus } from '../members/status.js';
import { reassignAll, undoBatch } from '../overview/batch.js';
import { browse } from '../overview/browse.js';
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
    browse,
    block,
    claim,
    claimNext,
    close,
    decline,
    deleteCanned,
    dropDraft,
    dropPostponed,
    editCustomer,
    exportLog,
    find,
    focus,
    giveBack,
    handOverAll,
    help,
    hold,
    holdWhen,
    listBlocked,
    listCanned,
    listMine,
    listQueue,
    live,
    mergeCustomer,
    more,
    note,
    offDuty,
    offerReassign,
    offerTransfer,
    oversee,
    overseeMember,
    pickCanned,
    postpone,
    rate,
    reassign,
    reassignAll,
    reconnect,
    remind,
    remindWhen,
    reply,
    resume,
    revealCustomer,
    reword,
    saveCanned,
    sendCanned,
    sendDraft,
    sendOff,
    setStatus,
    showCustomer,
    showLog,
    showQuota,
    showStatus,
    splitCustomer,
    tagCustomer,
    takeOver,
    team,
    transfer,
    unblock,
    undo,
    undoBatch,
    whisper,
  ]);
