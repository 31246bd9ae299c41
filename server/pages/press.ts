import type Koa from 'koa';
import { z } from 'zod';
import { text } from '../../core/i18n/texts.js';
import { type Decided, decide } from '../../core/pages/decide.js';
import { type Shown, show } from '../../core/pages/show.js';
import { mayBeJson } from '../../core/ports/delivery.js';
import { BadBody, readBody } from '../bodies.js';
import { buttonsOf, formOf } from './buttons.js';
import { type Opened, type PagesParts, readerAt, shownAt } from './gate.js';
import { isFormToken } from './session.js';
import type { PageState, PressAnswer } from './state.js';
import { boundCard, decidedBefore, stateOf } from './view.js';

const bytesMax = 64 * 1_024;
const fieldsMax = 50;

const pressSchema = z.object({
  token: z.string().max(100),
  button: z.string().max(100),
  form: z
    .record(z.string().max(100), z.string())
    .refine((form) => Object.keys(form).length <= fieldsMax, 'has too many fields'),
  press: z.string().regex(/^[\w-]{8,64}$/),
});

/**
 * A button was pressed on a page. What it asks for is taken from the card as it is drawn now; who asks, from the session;
 * and it goes the way of that member's clicks.
 * @throws {Refused} {BadBody}
 */
export async function takePress(ctx: Koa.Context, parts: PagesParts, opened: Opened): Promise<void> {
  const given = await readPress(ctx, parts);
  const here = await readerAt(parts, opened, ctx.get('cookie'));
  if (!here) return forbid(ctx, 401, 'login', 'You are not logged in here any more.');
  if (!isFormToken(given.token, here.session, opened.token, parts.key))
    return forbid(ctx, 403, 'token', 'This was not sent from a page of ours.');

  const shown = await shownAt(parts, opened, here.reader);
  const { locale } = shown.tenant;
  if (shown.standing === 'decided' && shown.decided)
    return tellOutcome(ctx, parts, shown, given.press, shown.decided);
  const button = buttonsOf(boundCard(shown)).get(given.button);
  if (shown.standing === 'moved') return takeBack(ctx, shown, 409, text(locale, 'page.moved'));
  if (!button) return takeBack(ctx, shown, 409, text(locale, 'page.rowGone'));
  const filled = formOf(button, given.form);
  if ('wrong' in filled)
    return takeBack(ctx, shown, 422, text(locale, 'page.fieldWrong', { field: filled.wrong }));

  const { operation, arguments: chosen } = button;
  const decision = { operation, arguments: chosen, form: filled.form, press: given.press };
  const decided = await decide(parts.core, shown, decision, parts.answerWithinMs);
  if (!decided) return answer(ctx, 202, { kind: 'working' });
  await tellOutcome(ctx, parts, shown, given.press, decided, operation);
}

async function readPress(ctx: Koa.Context, { origin, bodyWithinMs }: PagesParts) {
  const body = await readBody(ctx.req, { bytesMax, withinMs: bodyWithinMs });
  // A browser names the page's origin with everything it posts.
  if (ctx.get('origin') !== new URL(origin).origin)
    throw new BadBody(403, 'This was sent from another page.');
  if (!ctx.get('content-type') || !mayBeJson({ headers: { 'content-type': ctx.get('content-type') } }))
    throw new BadBody(415, 'Only JSON is understood here.');
  const given = pressSchema.safeParse(parsed(body));
  if (!given.success) throw new BadBody(400, 'This is not what a page sends.');
  return given.data;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** It was not taken; what was typed is still to be sent. */
const takeBack = (ctx: Koa.Context, shown: Shown, status: number, words: string): void =>
  answer(ctx, status, { kind: 'refused', notice: { tone: 'warning', text: words }, state: stateOf(shown) });

async function tellOutcome(
  ctx: Koa.Context,
  parts: PagesParts,
  shown: Shown,
  press: string,
  { outcome, press: decidedBy }: Decided,
  operation = '',
): Promise<void> {
  const { locale } = shown.tenant;
  const isNew = press === decidedBy || !outcome.ok;
  const plain = parts.core.operations.shows(operation) ? 'page.inChat' : 'page.done';
  answer(ctx, 200, {
    kind: outcome.ok ? 'done' : 'refused',
    notice: {
      tone: outcome.ok ? 'good' : 'warning',
      text: isNew ? (outcome.say ?? text(locale, plain)) : decidedBefore(locale, outcome.say),
    },
    state: await stateAfter(parts, shown),
  });
}

/** What there is to see now; who has given something away may no longer see it. */
async function stateAfter({ core }: PagesParts, { link, reader, tenant }: Shown): Promise<PageState> {
  const shown = await show(core, link, reader);
  return typeof shown === 'string'
    ? { title: text(tenant.locale, 'page.title'), open: false }
    : stateOf(shown);
}

function answer(ctx: Koa.Context, status: number, body: PressAnswer): void {
  ctx.status = status;
  ctx.body = body;
}

export function forbid(ctx: Koa.Context, status: number, code: string, message: string): void {
  ctx.status = status;
  ctx.body = { error: { code, message } };
}
