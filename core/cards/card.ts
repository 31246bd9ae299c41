import { z } from 'zod';
import type { Locale } from '../i18n/texts.js';

/**
 * The cards of Imdesk and the data each is drawn from. Values are ready to be read: times, amounts and names are formatted
 * before they get here, and every piece of text may hold anything a person typed. Ids are ours; `version` is the subject's
 * version that the view shows. Fixed words (labels, button captions) are the template's, from the i18n catalogue.
 */

const fact = z.object({ label: z.string(), value: z.string() });
const line = z.object({
  who: z.string(),
  at: z.string(),
  text: z.string(),
  side: z.enum(['customer', 'robot', 'agent', 'note', 'system']),
});
const urgency = z.enum(['calm', 'soon', 'late']);
const option = z.object({ label: z.string(), value: z.string() });
const colour = z.enum(['default', 'emphasis', 'accent', 'good', 'warning', 'attention']);
/** A button whose operation is data: what it offers differs from one showing of the card to the next. */
const button = z.object({
  label: z.string(),
  style: z.enum(['default', 'positive', 'destructive']),
  operation: z.string(),
  arguments: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Only after the person agreed to it. */
  confirm: z.object({ title: z.string(), text: z.string() }).optional(),
});

export const cardData = {
  /** A conversation at its desk, for everybody who works there. */
  desk: z.object({
    conversation: z.string(),
    version: z.number(),
    code: z.string(),
    customer: z.string(),
    state: z.enum(['waiting', 'active', 'closed']),
    urgency,
    /** "等待认领 · 3 分钟", "陈一 处理中", "已结束 · 已解决". */
    status: z.string(),
    facts: z.array(fact),
    /** Why it was handed over, in a sentence. */
    reason: z.string(),
    recent: z.array(line),
    /** What the robot tried: the questions it took the customer to ask. Empty when it tried nothing. */
    tried: z.array(z.string()),
    reasons: z.array(option),
    /** The rating and remark, once the customer gave them. */
    rating: z.string().optional(),
  }),
  /** What the owner gets on claiming: who this is, what was said, what the robot made of it; and the way to close. */
  brief: z.object({
    conversation: z.string(),
    version: z.number(),
    code: z.string(),
    customer: z.string(),
    /** `moved`: somebody else has it now. */
    state: z.enum(['active', 'moved', 'closed']),
    status: z.string(),
    profile: z.array(fact),
    brief: z.string(),
    tried: z.array(z.string()),
    history: z.array(line),
    /** How many earlier lines the history leaves out. */
    omitted: z.number(),
    /** How to answer from here, in a sentence. */
    hint: z.string(),
    /** What the owner can do besides writing. */
    actions: z.array(button),
    reasons: z.array(option),
    rating: z.string().optional(),
  }),
  /** Waiting conversations a member may claim, oldest first. */
  queue: z.object({
    title: z.string(),
    total: z.number(),
    rows: z.array(
      z.object({
        conversation: z.string(),
        code: z.string(),
        customer: z.string(),
        detail: z.string(),
        preview: z.string(),
        urgency,
      }),
    ),
    /** How many more there are than `rows` holds. */
    omitted: z.number(),
    empty: z.string(),
  }),
  /** The member's own open conversations, the focused one marked. */
  mine: z.object({
    title: z.string(),
    rows: z.array(
      z.object({
        conversation: z.string(),
        code: z.string(),
        customer: z.string(),
        detail: z.string(),
        preview: z.string(),
        focused: z.boolean(),
        urgency,
      }),
    ),
    omitted: z.number(),
    empty: z.string(),
  }),
  /** "发给哪位客户？": the text is held until one is chosen. */
  choose: z.object({
    draft: z.string(),
    state: z.enum(['open', 'sent', 'dropped']),
    /** Why the bot asks. */
    why: z.string(),
    preview: z.string(),
    status: z.string(),
    choices: z.array(
      z.object({ conversation: z.string(), code: z.string(), customer: z.string(), detail: z.string() }),
    ),
  }),
  /** The answer to a member's own question. */
  answer: z.object({
    question: z.string(),
    found: z.boolean(),
    answer: z.string(),
    source: z.string().optional(),
    related: z.array(z.object({ question: z.string() })),
  }),
  /** What a member can do, by their role. */
  help: z.object({
    title: z.string(),
    intro: z.string(),
    commands: z.array(z.object({ usage: z.string(), meaning: z.string() })),
    buttons: z.array(z.object({ label: z.string(), operation: z.string() })),
  }),
  /** Who waits in one queue, for everybody who serves it: what a desk shows where a card per conversation would be too dear. */
  waiting: z.object({
    queue: z.string(),
    title: z.string(),
    /** `open` while somebody waits; `done` when everybody has been claimed; `renewed` when a newer card took its place. */
    state: z.enum(['open', 'done', 'renewed']),
    total: z.number(),
    urgency,
    /** What becomes of the card once nobody waits on it; empty while somebody does, since the rows say how long. */
    status: z.string(),
    rows: z.array(
      z.object({
        conversation: z.string(),
        code: z.string(),
        customer: z.string(),
        detail: z.string(),
        preview: z.string(),
        urgency,
      }),
    ),
    omitted: z.number(),
  }),
  /** "转交给谁？" */
  transfer: z.object({
    conversation: z.string(),
    code: z.string(),
    customer: z.string(),
    state: z.enum(['open', 'done', 'gone']),
    status: z.string(),
    colleagues: z.array(option),
  }),
  /** Something supervisors and admins should know. */
  alert: z.object({
    title: z.string(),
    tone: z.enum(['warning', 'attention', 'good']),
    told: z.string(),
    facts: z.array(fact),
    buttons: z.array(z.object({ label: z.string(), operation: z.string(), subject: z.string() })),
  }),
  /** What is left of each workspace's month. */
  quota: z.object({
    title: z.string(),
    rows: z.array(
      z.object({
        workspace: z.string(),
        used: z.string(),
        left: z.string(),
        tone: z.enum(['good', 'warning', 'attention']),
      }),
    ),
    hint: z.string(),
  }),
  /**
   * A list to look through and act on: what was found, who is at work, texts to choose from, what is set up. Its buttons
   * lead from one showing to the next (the other pages, the filters), and the form, where there is one, is sent by `submit`.
   */
  panel: z.object({
    title: z.string(),
    /** Beside the title: a count, a code. */
    tag: z.string(),
    tone: colour,
    /** Under the title, in a few words. */
    status: z.string(),
    told: z.string(),
    facts: z.array(fact),
    rows: z.array(
      z.object({
        title: z.string(),
        detail: z.string(),
        text: z.string(),
        tone: colour,
        /** At most one, which some platforms draw as a choice among all rows; what more there is to do, it leads to. */
        buttons: z.array(button),
      }),
    ),
    omitted: z.number(),
    /** What stands there instead of rows, when there are none. */
    empty: z.string(),
    inputs: z.array(
      z.object({
        id: z.string(),
        kind: z.enum(['line', 'lines', 'choice']),
        label: z.string(),
        placeholder: z.string(),
        required: z.boolean(),
        maxLength: z.number(),
        /** What it begins with; '' for nothing. */
        value: z.string(),
        /** Of a choice. */
        options: z.array(option),
      }),
    ),
    submit: z.array(button),
    buttons: z.array(button),
  }),
  /** Asks the customer how it was. */
  rating: z.object({
    conversation: z.string(),
    state: z.enum(['open', 'given', 'expired']),
    prompt: z.string(),
    scores: z.array(z.object({ score: z.number(), label: z.string() })),
    given: z.string().optional(),
  }),
} as const;

export type PanelButton = z.infer<typeof button>;
export type PanelRow = CardData<'panel'>['rows'][number];
export type PanelInput = CardData<'panel'>['inputs'][number];

export type CardName = keyof typeof cardData;
export type CardData<Name extends CardName> = z.infer<(typeof cardData)[Name]>;

/**
 * One card as it should be seen now: a template's name and its data. `plain` is the same in words, for a surface, or a
 * moment, without cards.
 */
export type CardView = {
  [Name in CardName]: {
    template: Name;
    data: CardData<Name>;
    plain: string;
    locale: Locale;
    /** The address of the signed page that shows this card with its inputs to the member it is drawn for. */
    page?: string;
    /**
     * The only people who see its buttons, by the platform's ids, on platforms where a card differs by reader. Absent:
     * everybody does. It spares the others buttons that would refuse them; who may press is decided when they are pressed.
     */
    owners?: readonly string[];
  };
}[CardName];
