import { reconnect } from '../alerts/connections.js';
import { more } from '../conversations/actions.js';
import { askPerson } from '../conversations/ask-person.js';
import { claim, claimNext } from '../conversations/claim.js';
import { close } from '../conversations/close.js';
import { followUp } from '../conversations/low-rating.js';
import { rate } from '../conversations/rate.js';
import { note, reply } from '../conversations/reply.js';
import { offerTransfer, transfer } from '../conversations/transfer.js';
import type { Installation } from '../installation.js';
import { askKnowledge } from '../knowledge/ask.js';
import { dropDraft, sendDraft } from '../members/draft.js';
import { focus } from '../members/focus.js';
import { help, listMine, listQueue, showQuota } from '../members/own-cards.js';
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
      askKnowledge,
      askPerson,
      claim,
      claimNext,
      close,
      dropDraft,
      focus,
      followUp,
      help,
      listMine,
      listQueue,
      more,
      note,
      offerTransfer,
      rate,
      reconnect,
      reply,
      sendDraft,
      showQuota,
      addQueueMembers,
      bindDesk,
      checkAccount,
      checkPlatforms,
      createAccount,
      createQueue,
      deleteQueue,
      fillIn,
      inviteMember,
      openSetup,
      removeQueueMember,
      searchMembers,
      setAccount,
      setCredentials,
      setMember,
      setQueue,
      setRobot,
      setRole,
      showSetup,
      transfer,
    ],
    installation,
  );
