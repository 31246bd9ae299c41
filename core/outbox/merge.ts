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
  const bytesMax = first.composed.courier.mergesUpTo;
  if (bytesMax === undefined || plainText(first.composed) === undefined) return pieces;
  for (const row of following) {
    // What can't be put together is told when its own turn comes; here it only ends what goes together.
    const composed = await compose(row).catch(() => undefined);
    if (!composed || !('out' in composed) || !goesWith(first.composed, composed)) return pieces;
    if (Buffer.byteLength(textOf([...pieces, { row, composed }])) > bytesMax) return pieces;
    pieces.push({ row, composed });
  }
  return pieces;
}

/** The one send that stands for all the pieces. */
export function merged<Row extends OutboxRow>(pieces: readonly Piece<Row>[], first: Piece<Row>): Composed {
  const { out } = first.composed;
  if (pieces.length < 2 || out.kind !== 'text') return first.composed;
  return { ...first.composed, out: { ...out, text: textOf(pieces) } };
}

/**
 * What the pieces of one message are known by: their place in it, behind its own id. Under that alone the first is known,
 * unless they are of several conversations: then whoever quotes the message may mean any of them.
 */
export function nameOf<Row extends OutboxRow>(
  messageId: string,
  pieces: readonly Piece<Row>[],
  at: number,
): string {
  const conversations = new Set(pieces.flatMap(({ composed }) => composed.conversationId ?? []));
  return at === 0 && conversations.size < 2 ? messageId : `${messageId}#${at + 1}`;
}

/** Whether two go to the same place in the same way. */
function goesWith(one: Composed, other: Composed): boolean {
  const [a, b] = [one.out, other.out];
  return (
    one.courier === other.courier &&
    plainText(other) !== undefined &&
    a.kind === 'text' &&
    b.kind === 'text' &&
    JSON.stringify(a.to) === JSON.stringify(b.to)
  );
}

const plainText = ({ out }: Composed): string | undefined =>
  out.kind === 'text' && out.quote === undefined && !out.choices?.length ? out.text : undefined;

const textOf = (pieces: readonly Piece<OutboxRow>[]): string =>
  pieces.map(({ composed }) => plainText(composed) ?? '').join('\n');
