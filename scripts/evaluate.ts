/**
 * Measures how well a library is searched and how honestly it is answered from:
 *
 *   npm run evaluate -- <corpus.jsonl> <queries.jsonl> [unanswerable.jsonl]
 *
 * A line of the corpus is {id, question, answer, similar?, category?}, of the queries {query, relevant_ids, level?}, of
 * the unanswerable ones {query}.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { decide } from '../core/knowledge/answer.js';
import type { Article } from '../core/knowledge/article.js';
import { areaUnderCurve, meanReciprocalRank, type Rank, recallAt } from '../core/knowledge/measure.js';
import { type ArticleIndex, buildIndex } from '../core/knowledge/search.js';

const audience = 'customer';

const articleLine = z
  .object({
    id: z.string(),
    question: z.string(),
    answer: z.string(),
    similar: z.array(z.string()).default([]),
    category: z.union([z.string().transform((name) => [name]), z.array(z.string())]).default([]),
  })
  .transform((line): Article => ({ ...line, audience }));
const queryLine = z.object({
  query: z.string(),
  relevant_ids: z.array(z.string()),
  level: z.string().optional(),
});
const unanswerableLine = z.object({ query: z.string() });

interface Asked {
  rank: Rank;
  confidence: number;
  answered: boolean;
  level: string;
}

const [corpusFile, queriesFile, unanswerableFile] = process.argv.slice(2);
if (corpusFile === undefined || queriesFile === undefined) {
  console.error('usage: npm run evaluate -- <corpus.jsonl> <queries.jsonl> [unanswerable.jsonl]');
  process.exit(2);
}

const articles = await readLines(corpusFile, articleLine);
const queries = await readLines(queriesFile, queryLine);
const unanswerable =
  unanswerableFile === undefined ? [] : await readLines(unanswerableFile, unanswerableLine);

const builtFrom = performance.now();
const index = buildIndex(articles);
const builtMs = performance.now() - builtFrom;
const times: number[] = [];
const asked = queries.map(({ query, relevant_ids: relevant, level = 'all' }) =>
  ask(index, query, relevant, level),
);
const outside = unanswerable.map(({ query }) => ask(index, query, [], 'outside'));

console.log(`${articles.length} articles indexed in ${builtMs.toFixed(0)} ms, ${queries.length} questions`);
console.log(retrieval('all', asked));
const levels = [...new Set(asked.map(({ level }) => level))].sort();
if (levels.length > 1) {
  for (const level of levels)
    console.log(
      retrieval(
        level,
        asked.filter((one) => one.level === level),
      ),
    );
}
console.log(
  `answered rightly ${percent(asked.map((one) => one.answered && one.rank === 1))}, ` +
    `wrongly ${percent(asked.map((one) => one.answered && one.rank !== 1))}`,
);
if (outside.length > 0) {
  const auc = areaUnderCurve(asked.map(confidenceOf), outside.map(confidenceOf));
  console.log(
    `${outside.length} unanswerable: answered all the same ${percent(outside.map((one) => one.answered))}, ` +
      `AUC of confidence ${auc.toFixed(3)}`,
  );
}
times.sort((a, b) => a - b);
console.log(`ms a search: p50 ${at(times, 0.5).toFixed(2)}, p95 ${at(times, 0.95).toFixed(2)}`);

function ask(library: ArticleIndex, query: string, relevant: readonly string[], level: string): Asked {
  const from = performance.now();
  const hits = library.search(query, { audience, limit: 10 });
  times.push(performance.now() - from);
  const place = hits.findIndex(({ articleId }) => relevant.includes(articleId));
  return {
    rank: place < 0 ? undefined : place + 1,
    confidence: hits[0]?.confidence ?? 0,
    answered: decide(hits).kind === 'answer',
    level,
  };
}

function retrieval(name: string, some: readonly Asked[]): string {
  const ranks = some.map(({ rank }) => rank);
  const recall = [1, 3, 5]
    .map((place) => `R@${place} ${(100 * recallAt(place, ranks)).toFixed(1)}`)
    .join('  ');
  return `${name.padEnd(8)} ${recall}  MRR@10 ${meanReciprocalRank(10, ranks).toFixed(3)}`;
}

/** @throws Error naming the file and line that could not be read */
async function readLines<T>(file: string, line: z.ZodType<T>): Promise<T[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.flatMap((text, number) => {
    if (text.trim() === '') return [];
    try {
      return [line.parse(JSON.parse(text))];
    } catch (error) {
      throw new Error(`${file}, line ${number + 1}: ${error instanceof Error ? error.message : error}`);
    }
  });
}

function percent(flags: readonly boolean[]): string {
  return `${((100 * flags.filter(Boolean).length) / Math.max(1, flags.length)).toFixed(1)} %`;
}

function confidenceOf({ confidence }: Asked): number {
  return confidence;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
