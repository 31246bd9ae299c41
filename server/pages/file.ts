import type Koa from 'koa';
import { text } from '../../core/i18n/texts.js';
import { MediaRefused } from '../../core/media/accept.js';
import { sendFile } from '../../core/pages/files.js';
import type { Shown } from '../../core/pages/show.js';
import { BadBody, readBody } from '../bodies.js';
import { type Opened, type PagesParts, readerAt, shownAt } from './gate.js';
import { forbid } from './press.js';
import { isFormToken } from './session.js';
import { fileBytesMax, type PressAnswer } from './state.js';
import { stateOf } from './view.js';

/** From a phone on a slow line; shorter than the server waits for any request. */
const arrivesWithinMs = 55_000;
/** Each is held in memory until it is stored. */
const atOnceMax = 8;
let underWay = 0;

/**
 * A file was put on a brief's page: it goes to that conversation's customer as the member's reply. Who asks and whether they
 * may is settled before the file is read.
 * @throws {Refused} {BadBody}
 */
export async function takeFile(ctx: Koa.Context, parts: PagesParts, opened: Opened): Promise<void> {
  if (ctx.get('origin') !== new URL(parts.origin).origin)
    throw new BadBody(403, 'This was sent from another page.');
  const press = ctx.get('x-press');
  if (!/^[\w-]{8,64}$/.test(press)) throw new BadBody(400, 'This is not what a page sends.');
  const here = await readerAt(parts, opened, ctx.get('cookie'));
  if (!here) return forbid(ctx, 401, 'login', 'You are not logged in here any more.');
  if (!isFormToken(ctx.get('x-form-token'), here.session, opened.token, parts.key))
    return forbid(ctx, 403, 'token', 'This was not sent from a page of ours.');
  const shown = await shownAt(parts, opened, here.reader);
  const { locale } = shown.tenant;
  if (!shown.files) return refuse(ctx, shown, 409, text(locale, 'page.fileGone'));
  if (underWay >= atOnceMax) return refuse(ctx, shown, 429, text(locale, 'page.fileCrowded'));
  underWay += 1;
  try {
    await passOn(ctx, parts, shown, press);
  } finally {
    underWay -= 1;
  }
}

async function passOn(ctx: Koa.Context, parts: PagesParts, shown: Shown, press: string): Promise<void> {
  const { core, answerWithinMs } = parts;
  const { locale } = shown.tenant;
  const stored = await stores(ctx, parts, shown);
  if ('why' in stored) {
    const key = (
      { empty: 'page.fileEmpty', 'too large': 'page.fileTooLarge', kind: 'page.fileKind' } as const
    )[stored.why];
    return refuse(ctx, shown, stored.why === 'too large' ? 413 : 415, text(locale, key));
  }
  const outcome = await sendFile(core, shown, { press, stored }, answerWithinMs);
  if (!outcome) return answer(ctx, 202, { kind: 'working' });
  answer(ctx, 200, {
    kind: outcome.ok ? 'done' : 'refused',
    notice: { tone: outcome.ok ? 'good' : 'warning', text: outcome.say ?? text(locale, 'page.done') },
    state: stateOf(shown),
  });
}

/** The file in the store, recognised by what it holds; or why it is not taken. */
async function stores(ctx: Koa.Context, { core }: PagesParts, { link }: Shown) {
  try {
    const bytes = await readBody(ctx.req, { bytesMax: fileBytesMax, withinMs: arrivesWithinMs });
    return await core.media.keep(link.tenantId, bytes, nameIn(ctx.get('x-file-name')));
  } catch (error) {
    if (error instanceof BadBody && error.status === 413) return { why: 'too large' } as const;
    if (error instanceof MediaRefused) return { why: error.reason };
    throw error;
  }
}

function nameIn(header: string): string {
  try {
    return decodeURIComponent(header).slice(0, 300);
  } catch {
    return '';
  }
}

const refuse = (ctx: Koa.Context, shown: Shown, status: number, words: string): void =>
  answer(ctx, status, { kind: 'refused', notice: { tone: 'warning', text: words }, state: stateOf(shown) });

function answer(ctx: Koa.Context, status: number, body: PressAnswer): void {
  ctx.status = status;
  ctx.body = body;
}
