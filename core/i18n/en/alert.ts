import type { Translation } from '../translation.js';
import type { alert as zhCN } from '../zh-CN/alert.js';

export const alert = {
  workspace: 'Workspace',
  lasted: 'Interrupted for',
  gap: 'Messages may be missing',
  gapTold:
    'The connection to {workspace} was interrupted. What colleagues sent to the robot between {from} and {to} may not have arrived. Please ask them to check, and to send it again where needed.',
  taken: 'Somebody else took the robot’s connection',
  takenTold:
    'The same robot was connected from elsewhere, so nothing is received here any more. Once it is no longer in use there, you may reconnect.',
  reconnect: 'Reconnect',
  reconnecting: 'Reconnecting; this takes a few seconds.',
  quota: 'This month’s messages are used up',
  quotaTold:
    'The monthly message quota of {workspace} is used up, and what colleagues send to the robot no longer arrives. Please upgrade or buy more in the admin console; until then, serve from another platform.',
  quotaLost:
    'This month’s message quota is used up, so what you just sent did not arrive. An administrator has been told. Please use another platform for now.',
  quotaNear: 'This month’s quota is nearly used up',
  quotaNearTold:
    '{workspace} has used {percent}% of this month’s quota: enough for about {left} more conversations as they usually go. You can upgrade or buy more in the admin console; send /quota for details.',
  departed: 'A colleague has left; their conversations wait again',
  departedTold:
    '{name} is no longer in the directory. The {count} conversations they were handling are back in the queue.',
} satisfies Translation<typeof zhCN>;
