import { reconnect } from '../alerts/connections.js';
import { deleteCanned, listCanned, pickCanned, saveCanned, sendCanned } from '../canned/operations.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { rate } from '../conversations/rate.js';
import { note, reply } from '../conversations/reply.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import { block, listBlocked, unblock } from '../customers/blocked.js';
import { editCustomer, tagCustomer } from '../customers/edit.js';
import { mergeCustomer, splitCustomer } from '../customers/same.js';
import { revealCustomer, showCustomer } from '../customers/show.js';
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
    block,
    claim,
    claimNext,
    close,
    deleteCanned,
    dropDraft,
    editCustomer,
    focus,
    help,
    listBlocked,
    listCanned,
    listMine,
    listQueue,
    mergeCustomer,
    more,
    note,
    offerTransfer,
    pickCanned,
    rate,
    reconnect,
    reply,
    revealCustomer,
    saveCanned,
    sendCanned,
    sendDraft,
    showCustomer,
    showQuota,
    splitCustomer,
    tagCustomer,
    transfer,
    unblock,
  ]);
