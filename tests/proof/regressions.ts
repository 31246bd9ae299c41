/** What went wrong in other systems that do parts of this job, and the test here that would fail if it went wrong again. */

/** A test by its file, from the root of the project, and its name as it is written there; … is what the name is filled with. */
export interface NamedTest {
  file: string;
  name: string;
}

export type Regression = { defect: string } & ({ tests: readonly NamedTest[] } | { cannotOccur: string });

const by = (defect: string, ...tests: readonly (readonly [file: string, name: string])[]): Regression => ({
  defect,
  tests: tests.map(([file, name]) => ({ file, name })),
});

/** Grouped by what it hurts: what is taken in, what is sent, cards and clicks, platforms' messages, the desk, the robot, channels. */
export const regressions: readonly Regression[] = [
  by(
    'an event that the platform repeats hours later is handled a second time',
    [
      'core/pipeline/record.test.ts',
      'the same event at once, after a second and after six hours is recorded once',
    ],
    ['tests/feishu-http.test.ts', 'repeats of an event at 15 s, 5 min, 1 h and 6 h have one effect'],
  ),
  by('two pictures sent in one moment open two conversations', [
    'core/conversations/arrive.test.ts',
    'a stranger’s two pictures of the same moment begin one conversation',
  ]),
  by('a lock is given up before what was done under it is committed', [
    'core/pipeline/reader.test.ts',
    'a mailbox is read by one process at a time, in order, each row once',
  ]),
  by('while the store that knows repeats is away, repeats pass', [
    'core/pipeline/record.test.ts',
    'while the database is away everybody hears so at once, and nothing is recorded twice afterwards',
  ]),
  by(
    'a message is acknowledged, then the process dies and the message is gone',
    ['connectors/web/service.test.ts', 'a message is acknowledged once it is kept, and not before'],
    ['bots/dingtalk/socket.test.ts', 'an event that could not be recorded is asked for again'],
    [
      'tests/proof/crash.test.ts',
      'killed again and again in the middle of a burst, it loses nothing, repeats nothing and keeps the order',
    ],
  ),
  by(
    'a process dies when the row is there and its card is not',
    [
      'core/outbox/settle.test.ts',
      'a card that shows less than the truth although nobody draws it is found and drawn',
    ],
    ['core/pipeline/sweep.test.ts', 'a customer is answered although every hint of their message was lost'],
  ),
  by('a process dies between sending and writing down that it sent', [
    'core/outbox/drain.test.ts',
    'a process that dies between "sending" and the answer is followed by one that repeats with the same key',
  ]),
  by(
    'a send counts as failed although it arrived, and is sent again',
    [
      'core/outbox/drain.test.ts',
      'a send that timed out after it had arrived is repeated with its key, and read once',
    ],
    [
      'core/outbox/drain.test.ts',
      'without a key a send of unknown fate is not repeated, and those behind go on',
    ],
  ),
  by('another attempt goes out under another key, so that the platform takes it for another message', [
    'tests/feishu-courier.test.ts',
    'an answer that is lost leaves the fate open; the same key again makes one message',
  ]),

  by('a click is answered later than the platform waits, and its card looks dead', [
    'tests/feishu-http.test.ts',
    'a click that takes long is told so in time, and the card follows',
  ]),
  by(
    'a button pressed twice acts twice',
    [
      'core/operations/operations.test.ts',
      'the same click delivered again, even days later, has no second effect and the same answer',
    ],
    ['tests/proof/race.test.ts', 'thirty deliveries of one click are one claim, and all are answered alike'],
  ),
  by('somebody who is no agent presses an agent’s button and is obeyed', [
    'core/operations/operations.test.ts',
    'an employee’s clicks are refused in words and change nothing, whatever they say',
  ]),
  by('a card that was passed on to another chat gives its buttons to whoever is there', [
    'core/members/click.test.ts',
    'on a copy of a card that somebody passed on, a press counts by the rights of who pressed',
  ]),
  by('after a restart the buttons of older cards do nothing', [
    'tests/feishu-http.test.ts',
    'a click after a restart is answered like any other',
  ]),
  by(
    'a card is redrawn before the answer to a click has arrived, and the answer turns it back',
    [
      'core/outbox/settle.test.ts',
      'while a click is being answered the card is held, and what changed meanwhile is drawn after',
    ],
    [
      'tests/feishu-http.test.ts',
      'a card does not flip back when more happens while its click is being answered',
    ],
  ),
  by(
    'a card too old to be changed is tried again and again',
    [
      'core/cards/follow.test.ts',
      'a card that can never be changed again is asked for once, and a new one says what holds',
    ],
    [
      'core/cards/follow.test.ts',
      'where neither an old card can be changed nor a new one posted, it comes to an end',
    ],
  ),
  by('a card that the platform finds too complex is shown as nothing at all', [
    'core/outbox/settle.test.ts',
    'a card that the platform refuses arrives as its words',
  ]),

  by('an answer in a topic begins a topic of its own', [
    'tests/feishu-courier.test.ts',
    'a topic: its root is a card, what is said below stays in it, and the card is redrawn and recalled',
  ]),
  by('whatever is said in a topic counts as a quote of its first message', [
    'bots/feishu/fixtures/groups.json',
    'in a topic the parent is the root unless somebody is quoted',
  ]),
  by(
    'what somebody takes back or rewords stays as it was on the other side',
    [
      'core/conversations/take-back.test.ts',
      'who takes a message back in their chat takes it back from the customer',
    ],
    [
      'core/conversations/take-back.test.ts',
      'who changes a message in their chat changes what the customer reads; what became a note stays here',
    ],
    [
      'core/conversations/take-back.test.ts',
      'what a customer takes back is taken back from their agent too, who is told',
    ],
  ),
  by('a channel that is connected anew forgets its customers and their threads', [
    'core/setup/accounts.test.ts',
    'an account that is connected anew keeps its customers, their conversations and their topics',
  ]),
  {
    defect: 'an agent whose e-mail address matches nobody speaks as the bot',
    cannotOccur:
      'members are known by the platform’s own id and looked up by no address; who is no member is never an author',
  },
  by('the conversation is guessed from a number in a text', [
    'core/members/pointing.test.ts',
    'the code of another conversation amid somebody’s words leads to nobody',
  ]),
  by('numbers made as the highest so far and one are given twice', [
    'core/conversations/codes.test.ts',
    'a hundred given at once are a hundred different codes, with no gap and none rested too short',
  ]),

  by(
    'the count of what somebody handles drifts from what they do',
    [
      'tests/proof/race.test.ts',
      'an agent with room for three claims twelve at once over three processes: three are theirs, nine still wait',
    ],
    [
      'core/queues/notice.test.ts',
      'a queue that assigns gives who waits to who has the most room, and the next when somebody has room again',
    ],
  ),
  by('what somebody took by hand is given to another by the queue', [
    'core/queues/assign.test.ts',
    'what somebody claimed by hand stays theirs, whom the queue had chosen meanwhile',
  ]),
  by('a conversation is given to somebody who can’t answer', [
    'core/conversations/transfer.test.ts',
    'an employee who serves a queue is neither given a conversation nor offered for one',
  ]),
  by('somebody has room again, and who waits still waits', [
    'core/queues/notice.test.ts',
    'a queue that assigns gives who waits to who has the most room, and the next when somebody has room again',
  ]),
  by('a customer who comes back is given to an owner who has gone home', [
    'core/conversations/come-back.test.ts',
    'it begins anew with the robot when the agent …',
  ]),
  by('the time for an answer runs on after the end', [
    'core/conversations/silence.test.ts',
    'once it is closed nobody is hurried about it any more',
  ]),
  by('hours in which nobody is there count as waiting for an answer', [
    'core/conversations/silence.test.ts',
    'the time in which nobody is there counts against no owner',
  ]),

  by('the robot answers when a person has taken over', [
    'core/robot/reply.test.ts',
    'an answer that the robot finds after a person has claimed is dropped',
  ]),
  by('a word for "person" somewhere in a question hands it over', [
    'core/robot/wants-person.test.ts',
    'does not: …',
  ]),
  by('an earlier wish for a person, still in sight, hands over again and again', [
    'core/conversations/arrive.test.ts',
    'whoever asked for a person once is the robot’s next time, whatever was said before',
  ]),
  by(
    'the request to rate goes out when the channel lets nothing out any more',
    [
      'core/conversations/ask-rating.test.ts',
      'who may not be written to any more is not asked to rate, and nobody waits for an answer',
    ],
    [
      'core/outbox/windows.test.ts',
      'when few are left the last is kept for the rating, and an agent’s words go before all',
    ],
  ),

  by('a connection over which nothing comes any more counts as healthy', [
    'bots/keeper.test.ts',
    'one that answers pings but hears nothing, while its sibling hears, is deaf and replaced',
  ]),
  by('two processes take the one connection from each other', [
    'tests/connections.test.ts',
    'the AI bot: of two processes only the leader is connected, and the other takes over when it ends',
  ]),
  by(
    'page after page is fetched while the platform waits for its call to be answered',
    [
      'connectors/wechat-kf/read.test.ts',
      'a ping says that there is something to pull, and its token is good for ten minutes',
    ],
    ['core/accounts/puller.test.ts', 'a ping wakes it, and its ticket goes along'],
  ),
  by('a service desk’s message is sent while a person of WeCom has the session', [
    'tests/wechat-kf-courier.test.ts',
    'a session that a servicer took is known from its event, and no send fails to learn it',
  ]),
  by(
    'words of a customer call everybody of a group',
    ['tests/feishu-courier.test.ts', 'a customer’s words mention nobody'],
    ['tests/dingtalk-courier.test.ts', 'a customer’s words stay words'],
    ['bots/wecom/wecom.test.ts', 'nobody’s words become a link, a mention or a name that is filled in'],
  ),
  {
    defect: 'an import stands still just before its end',
    cannotOccur:
      'nothing is imported while somebody waits: articles come with an enterprise’s set-up, which is done once',
  },
  {
    defect: 'the same file imported twice is there twice',
    cannotOccur:
      'a description sets up a new enterprise and adds to none; a file that somebody sends is kept once by its content',
  },
];
