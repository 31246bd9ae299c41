/** Text with the statistics of the real thing, the same for the same seed: words by Zipf's law, of characters by Zipf's law. */

/** Mulberry32: small, seeded, and good enough to draw words by. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws 0, 1, 2, … with weights 1, 1/2, 1/3, … */
export function zipf(count: number, random: () => number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    sum += 1 / (rank + 1);
    sums[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const characters = 2_500;
const words = 6_000;
/** What a shop's customers and agents really say, so that what is looked for is there. */
const common = [
  '您好',
  '请问',
  '发货',
  '快递',
  '退货',
  '退款',
  '订单',
  '谢谢',
  '壶盖',
  '茶具',
  '什么时候',
  '可以',
  'refund',
  'order',
];

/** A generator of things that people say, of about twenty characters. */
export function talk(random: () => number): () => string {
  const character = zipf(characters, random);
  const vocabulary = Array.from({ length: words }, (_, at) => {
    const known = common[at];
    if (known !== undefined) return known;
    const length = 1 + Math.floor(random() * 3);
    return Array.from({ length }, () => String.fromCodePoint(0x4e00 + character() * 7)).join('');
  });
  const word = zipf(words, random);
  return () => {
    const count = 4 + Math.floor(random() * 12);
    const said = Array.from({ length: count }, () => vocabulary[word()]).join('');
    return random() < 0.05 ? `${said}，单号 ${20_000_000 + Math.floor(random() * 9_000_000)}` : said;
  };
}
