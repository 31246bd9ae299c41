import { type Locale, locales, text } from '../i18n/texts.js';

export const scores = [5, 4, 3, 2, 1] as const;
export type Score = (typeof scores)[number];

/** Why somebody was not content: offered to who gave a low score. */
export const lowReasons = ['slow', 'unsolved', 'attitude', 'wrong', 'other'] as const;
export type LowReason = (typeof lowReasons)[number];

export const scoreName = (locale: Locale, score: Score): string => text(locale, `rating.score.${score}`);
export const reasonName = (locale: Locale, reason: LowReason): string =>
  text(locale, `rating.reason.${reason}`);

/** At or below this somebody should look at it. */
export const lowScore = 2;

const digits: Record<string, Score> = {
  ...{ '1': 1, '2': 2, '3': 3, '4': 4, '5': 5 },
  ...{ 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5 },
};
const others: Record<string, Score> = {
  ...{ 很满意: 5, 十分满意: 5, 特别满意: 5, 挺满意: 4, 比较满意: 4, 还可以: 3, 还行: 3, 一般般: 3, 中等: 3 },
  ...{ 不太满意: 2, 不大满意: 2, 很不满意: 1, 十分不满意: 1, 特别不满意: 1, 极不满意: 1 },
  ...{ satisfied: 4, 'not satisfied': 2 },
};

/** Bare words: without the signs around them and what people put before and behind a score. */
const bare = (words: string): string =>
  words
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/^[\s"'“”「」【】()]+|[\s"'“”「」【】()。.!~,]+$/gu, '');

/** "5", "5分", "五星", "满意", "非常不满意": a score, when that is all that is said. Never a score inside other words. */
export function scoreIn(words: string): Score | undefined {
  const said = bare(words);
  const number =
    /^(?:给|打|评|我给|我打)?\s*([1-5一二两三四五])\s*(?:分|星|颗星|stars?|points?|\/\s*5)?$/u.exec(
      said,
    )?.[1];
  if (number !== undefined) return digits[number];
  const named = scores.find((score) =>
    locales.some((locale) => scoreName(locale, score).toLowerCase() === said),
  );
  return named ?? (Object.hasOwn(others, said) ? others[said] : undefined);
}

/** One of the reasons offered, by its words in any language or its number. */
export function reasonIn(words: string): LowReason | undefined {
  const said = bare(words);
  const at = /^[1-5]$/.test(said) ? Number(said) - 1 : -1;
  return (
    lowReasons[at] ??
    lowReasons.find((reason) => locales.some((locale) => reasonName(locale, reason).toLowerCase() === said))
  );
}

/** Whether words ask for something, and so can't be meant as a remark on what is over. */
export const asksSomething = (words: string): boolean =>
  /[?？]|[吗呢么]\s*[。.!！~]*$|怎么|怎样|如何|为什么|为何|什么时候|多久|多少|哪里|能不能|能否|可不可以|帮我|请问|在吗|^(how|what|when|where|why|can|could|do|does|is|are|hi|hello)\b|^您?好|^你好/i.test(
    words.trim(),
  );
