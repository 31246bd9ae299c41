/**
 * What is new in a letter, apart from what it repeats of earlier ones. In doubt everything counts as new: too much is a
 * nuisance, too little a loss.
 */
export interface Folded {
  fresh: string;
  /** What was folded away, empty when nothing was. */
  quoted: string;
}

/** "------------------ 原始邮件 ------------------", "-----Original Message-----", "---- 回复的原邮件 ----" and their like. */
const separator =
  /^\s*[-_=—*]{2,}\s*(原始邮件|邮件原件|原邮件|原始邮件信息|原始信息|原始郵件|回复的原邮件|转发的原邮件|转发邮件信息|转发的消息|original(\s+(message|mail|email))?|forwarded\s+message)\s*[-_=—*]{2,}\s*$/i;

const first = /^[\s*]*(发件人|寄件者|寄件人|from)[\s*]*[:：]/i;
const further =
  /^[\s*]*(发件人|发送时间|发送日期|发送|日期|时间|收件人|抄送|主题|寄件日期|收件者|副本|主旨|date|sent|to|cc|subject|reply-to)[\s*]*[:：]/i;

/** "在 2024年5月6日，下午3:04，客服 <kf@shop.example> 写道：", "On Mon, May 6, 2024 at 3:04 PM Shop <kf@shop.example> wrote:" */
const attribution = /(写道|寫道|wrote|schrieb)\s*[:：]\s*$/i;
const attributionBegins = /^[\s>]*(在|于|於|on|at|am|\d{4}[年/-]|["“'<\p{L}])/iu;
const namesAddress = /[^\s@<>()（）]+@[^\s@<>()（）]+/;
const namesTime = /\d{1,2}[:：]\d{2}/;
const attributionLines = 4;

/** Written by the program and not by the customer, when it stands at the end. */
const device =
  /^\s*(发自我的|發自我的|来自我的|发自|來自|sent from (my|mail|outlook|yahoo|proton)|get outlook for|获取\s*outlook|从我的.{1,20}发送|通过.{1,20}邮箱发送).{0,60}$/i;

/**
 * @param answers  whether the letter answers another: only then lines with ">" are taken for quotes wherever they stand
 */
export function fold(text: string, answers: boolean): Folded {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const fresh: string[] = [];
  const quoted: string[] = [];
  let at = 0;
  while (at < lines.length) {
    const told = attributedAt(lines, at);
    if (isSeparator(lines, at) || isHeader(lines, at) || (told > 0 && !isMarked(lines, at + told))) {
      quoted.push(...lines.slice(at));
      break;
    }
    const length = told > 0 ? told + markedFrom(lines, at + told) : answers ? markedFrom(lines, at) : 0;
    if (length > 0) quoted.push(...lines.slice(at, at + length));
    else fresh.push(lines[at] ?? '');
    at += Math.max(length, 1);
  }
  return { fresh: trimmed(withoutSignature(fresh)), quoted: trimmed(quoted) };
}

const isSeparator = (lines: readonly string[], at: number): boolean =>
  separator.test(lines[at] ?? '') ||
  (/^\s*_{10,}\s*$|^\s*-{20,}\s*$/.test(lines[at] ?? '') && isHeader(lines, nextFilled(lines, at + 1)));

/** A sender's line with at least two more of a letter's head close below it. */
function isHeader(lines: readonly string[], at: number): boolean {
  if (!first.test(lines[at] ?? '')) return false;
  const below = lines.slice(at + 1, at + 12).filter((line) => line.trim() !== '');
  return below.slice(0, 6).filter((line) => further.test(line)).length >= 2;
}

/** How many lines, from here, tell who wrote what follows; 0 when none does. */
function attributedAt(lines: readonly string[], at: number): number {
  if (!attributionBegins.test(lines[at] ?? '')) return 0;
  let joined = '';
  for (let length = 1; length <= attributionLines; length++) {
    const line = lines[at + length - 1];
    if (line === undefined || line.trim() === '') return 0;
    joined += ` ${line.trim()}`;
    if (joined.length > 400) return 0;
    if (!attribution.test(joined)) continue;
    const sure = namesAddress.test(joined) || namesTime.test(joined);
    return sure || isMarked(lines, at + length) ? length : 0;
  }
  return 0;
}

const marked = (line: string | undefined): boolean => /^\s*>/.test(line ?? '');

function nextFilled(lines: readonly string[], at: number): number {
  let next = at;
  while (next < lines.length && lines[next]?.trim() === '') next++;
  return next;
}

const isMarked = (lines: readonly string[], at: number): boolean => marked(lines[nextFilled(lines, at)]);

/** How many lines from here are marked as quoted, with the empty ones between them. */
function markedFrom(lines: readonly string[], at: number): number {
  let end = at;
  for (let next = nextFilled(lines, at); marked(lines[next]); next = nextFilled(lines, next + 1))
    end = next + 1;
  return end - at;
}

function withoutSignature(lines: readonly string[]): string[] {
  const kept = [...lines];
  const dashes = kept.findLastIndex((line) => /^-- ?$/.test(line));
  // Below the mark of a signature stands a signature, if it is as short as one.
  if (dashes >= 0 && kept.length - dashes <= 12 && kept.slice(0, dashes).some((line) => line.trim() !== ''))
    kept.length = dashes;
  while (kept.length > 0 && (kept.at(-1)?.trim() === '' || device.test(kept.at(-1) ?? ''))) kept.pop();
  return kept;
}

const trimmed = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/[ \t\u00a0]+$/gm, '')
    .replace(/^\n+|\n+$/g, '')
    .replace(/\n{4,}/g, '\n\n\n');
