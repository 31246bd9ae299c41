import type { Area, Figure, Measured } from './area.js';
import type { Machine } from './machine.js';

/** What became of one area. */
export interface Result extends Pick<Area, 'name' | 'about'> {
  seconds: number;
  measured: readonly Measured[];
  /** What kept it from its end. */
  failed?: string;
}

export function machineText(machine: Machine): string {
  const { node, cores, cpu, memoryGb, load, postgres, fsync, commitMs, redis } = machine;
  return [
    `Node ${node}, ${cores} cores (${cpu}), ${number(memoryGb)} GB, load ${number(load)} before the start`,
    `PostgreSQL ${postgres}, fsync ${fsync}, ${number(commitMs)} ms a commit; Redis ${redis ?? 'not found'}`,
  ].join('\n');
}

/** Ratios first, absolute figures beside them. */
export function resultText({ name, about, seconds, measured, failed }: Result): string {
  const wide = Math.max(...measured.map(({ what }) => columns(what)), 0);
  const lines = measured.flatMap((row) => [rowText(row, wide), ...noteLines(row)]);
  if (failed) lines.push(`FAILED: ${failed}`);
  return [`${name} (${number(seconds)} s): ${about}`, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function rowText({ what, ratio, goal, figures, notRun }: Measured, wide: number): string {
  const share = ratio ? ratioText(ratio.value) : '';
  const head = `${share.padStart(7)}  ${what}${' '.repeat(wide - columns(what))}`;
  if (notRun !== undefined) return `${head}  NOT RUN: ${notRun}`;
  const parts = [
    ratio && `of ${ratio.of}`,
    goal && `goal ${goal.says}: ${goal.met ? 'met' : 'not met'}`,
    figures.map(figureText).join(', '),
  ];
  return `${head}  ${parts.filter(Boolean).join(' | ')}`;
}

const noteLines = ({ notes = [] }: Measured): string[] => notes.map((note) => `${' '.repeat(9)}· ${note}`);

const ratioText = (value: number): string =>
  value < 2 ? `${Math.round(value * 100)} %` : `${number(value)} ×`;

const figureText = ({ name, value, unit }: Figure): string =>
  `${name} ${number(value)}${unit.startsWith('/') || unit === '' ? unit : ` ${unit}`}`;

/** Three digits that mean something, or all of a large number. */
const number = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));

/** How wide a terminal draws it: Chinese characters take two columns. */
const columns = (text: string): number =>
  [...text].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1), 0);
