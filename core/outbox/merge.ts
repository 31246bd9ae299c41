import { fits, type TextLimit } from '../text/split.js';
import type { Composed, Composition, OutboxRow } from './compose.js';

/** A row and what it came to. */
export interface Piece<Row extends OutboxRow> {
  row: Row;
  composed: Composed;
}

/**
 * Bubbles that follow each other to one place, as one message, where the courier says they may be: some platforms count
 * messages and silently drop what is over the count. Only plain texts are merged; whatever else comes between ends it.
 *
 * @param compose  asked of each further row in turn, until one can't be merged
 */
export async function mergeable<Row extends OutboxRow>(
  first: Piece<Row>,
  following: readonly Row[],
  compose: (row: Row) => Promise<Composition>,
): Promise<Piece<Row>[]> {
  const pieces = [first];
  const limit = limitOf(first.composed);
  if (limit === undefined || plainText(first.composed) === undefined) return pieces;
  for (const row of following) {
    // What can't be put together is told when its own turn comes; here it only ends what goes together.
    const composed = await compose(row).catch(() => undefined);
    if (!composed || !('out' in composed) || !goesWith(first.composed, composed)) return pieces;
    if (!fits(textOf([...pieces, { row, composed }]), limit)) return pieces;
    pieces.push({ row, composed });
  }
  return pieces;
}

function limitOf({ mergesUpTo, courier }: Composed): TextLimit | undefined {
  if (mergesUpTo) return mergesUpTo;
  return courier.mergesUpTo === undefined ? undefined : { max: courier.mergesUpTo, unit: 'bytes' };
}

/** Destinations are looked at so many rows at a time, and never more of them go together. */
export const piecesMax = 20;

/** Several that went as one message are told apart by their place in it, from 0. */
export const pieceName = (messageId: string, at: number): string =>
  at === 0 ? messageId : `${messageId}#${at + 1}`;

/** All that pieces of a message may be called. */
export const pieceNames = (messageId: string): string[] =>
  Array.from({ length: piecesMax }, (_, at) => pieceName(messageId, at));

/** The one send that stands for all the pieces. */
export function merged<Row extends OutboxRow>(pieces: readonly Piece<Row>[], first: Piece<Row>): Composed {
  const { out } = first.composed;
  if (pieces.length < 2 || out.kind !== 'text') return first.composed;
  return { ...first.composed, out: { ...out, text: textOf(pieces) } };
}

/** Whether two go to the same place in the same way. */
function goesWith(one: Composed, other: Composed): boolean {
  const [a, b] = [one.out, other.out];
  return (
    one.courier === other.courier &&
    plainText(other) !== undefined &&
    a.kind === 'text' &&
    b.kind === 'text' &&
    a.automatic === b.automatic &&
    JSON.stringify(a.to) === JSON.stringify(b.to)
  );
}

const plainText = ({ out }: Composed): string | undefined =>
  out.kind === 'text' && out.quote === undefined && !out.choices?.length ? out.text : undefined;

const textOf = (pieces: readonly Piece<OutboxRow>[]): string =>
  pieces.map(({ composed }) => plainText(composed) ?? '').join('\n');
