import { reconnect } from '../alerts/connections.js';
import { deleteCanned, listCanned, pickCanned, saveCanned, sendCanned } from '../canned/operations.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { hold, holdWhen, resume } from '../conversations/hold.js';
import { followUp } from '../conversations/low-rating.js';
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
import type { Installation } from '../installation.js';
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
import { createAccount, setAccount } from '../setup/accounts.js';
import { inviteMember } from '../setup/invite.js';
import { checkAccount, checkPlatforms, fillIn, searchMembers } from '../setup/look.js';
import { setMember, setRole } from '../setup/members.js';
import { openSetup, showSetup } from '../setup/open.js';
import {
  addQueueMembers,
  bindDesk,
  createQueue,
  deleteQueue,
  removeQueueMember,
  setQueue,
} from '../setup/queues.js';
import { setRobot } from '../setup/robot.js';
import { setCredentials } from '../setup/workspaces.js';
import { Operations } from './registry.js';

/** Every verb of Imdesk. Adding one here adds it to the buttons, the commands and the audit. */
export const allOperations = (installation?: Installation): Operations =>
  new Operations(
    [
      accept,
      addQueueMembers,
      askKnowledge,
      askPerson,
      bindDesk,
      block,
      browse,
      checkAccount,
      checkPlatforms,
      claim,
      claimNext,
      close,
      createAccount,
      createQueue,
      decline,
      deleteCanned,
      deleteQueue,
      dropDraft,
      dropPostponed,
      editCustomer,
      exportLog,
      fillIn,
      find,
      focus,
      followUp,
      giveBack,
      handOverAll,
      help,
      hold,
      holdWhen,
      inviteMember,
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
      openSetup,
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
      removeQueueMember,
      reply,
      resume,
      revealCustomer,
      reword,
      saveCanned,
      searchMembers,
      sendCanned,
      sendDraft,
      sendOff,
      setAccount,
      setCredentials,
      setMember,
      setQueue,
      setRobot,
      setRole,
      setStatus,
      showCustomer,
      showLog,
      showQuota,
      showSetup,
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
    ],
    installation,
  );
