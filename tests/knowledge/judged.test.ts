/**
 * How well the robot answers from the demo company's articles. The questions were written by hand, knowing the articles, in
 * three batches, each before it was first measured; what the articles cover names its article, the rest is out of scope.
 * What the first two showed has shaped the model and the synonyms since; after the third the threshold was chosen and one
 * synonym (连不上) added. The floors are a little below what was reached, so that a change that costs something has to say so.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { z } from 'zod';
import { decide } from '../../core/knowledge/answer.js';
import { areaUnderCurve } from '../../core/knowledge/measure.js';
import { buildIndex } from '../../core/knowledge/search.js';
import { loadArticles } from '../../server/demo/content.js';

const judgedSchema = z.array(
  z.strictObject({
    question: z.string(),
    audience: z.enum(['customer', 'employee']),
    answeredBy: z.string().nullable(),
  }),
);

const articles = await loadArticles();
const index = buildIndex(articles);
const judged = judgedSchema.parse(
  JSON.parse(await readFile(new URL('./judged.zh.json', import.meta.url), 'utf8')),
);
const asked = judged.map(({ question, audience, answeredBy }) => {
  const hits = index.search(question, { audience, limit: 4 });
  const decision = decide(hits);
  const answer = decision.kind === 'answer' ? decision.hit.articleId : undefined;
  return { question, answeredBy, hits, decision, answer };
});
const covered = asked.filter(({ answeredBy }) => answeredBy !== null);
const notCovered = asked.filter(({ answeredBy }) => answeredBy === null);
const share = <T>(all: readonly T[], which: (one: T) => boolean) => all.filter(which).length / all.length;
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

test('questions the articles cover are mostly answered, and hardly ever with another article', (t) => {
  const rightly = share(covered, ({ answer, answeredBy }) => answer === answeredBy);
  const wrongly = share(covered, ({ answer, answeredBy }) => answer !== undefined && answer !== answeredBy);
  t.diagnostic(
    `${covered.length} covered: answered rightly ${percent(rightly)}, wrongly ${percent(wrongly)}`,
  );
  assert.ok(rightly >= 0.74, `rightly ${percent(rightly)}`);
  assert.ok(wrongly <= 0.05, `wrongly ${percent(wrongly)}`);
});

test('when the robot is unsure, the right article is nearly always among what it offers', (t) => {
  const offered = share(covered, ({ answeredBy, answer, decision }) => {
    const related = decision.kind === 'unknown' ? [] : decision.related;
    return answer === answeredBy || related.some(({ articleId }) => articleId === answeredBy);
  });
  t.diagnostic(`answered rightly or offered ${percent(offered)}`);
  assert.ok(offered >= 0.9, percent(offered));
});

test('questions the articles do not cover are left to people', (t) => {
  const answered = share(notCovered, ({ answer }) => answer !== undefined);
  const auc = areaUnderCurve(
    covered.map(({ hits }) => hits[0]?.confidence ?? 0),
    notCovered.map(({ hits }) => hits[0]?.confidence ?? 0),
  );
  t.diagnostic(
    `${notCovered.length} not covered: answered all the same ${percent(answered)}, AUC ${auc.toFixed(3)}`,
  );
  assert.ok(answered <= 0.06, percent(answered));
  assert.ok(auc >= 0.93, auc.toFixed(3));
});

test('each similar question finds its article without itself being known', (t) => {
  const heldOut = articles.flatMap((article) => article.similar.map((similar) => ({ article, similar })));
  const ranks = heldOut.map(({ article, similar }) => {
    index.put({ ...article, similar: article.similar.filter((other) => other !== similar) });
    const hits = index.search(similar, { audience: article.audience, limit: 3 });
    index.put(article);
    return hits.findIndex(({ articleId }) => articleId === article.id);
  });
  const first = share(ranks, (rank) => rank === 0);
  const amongThree = share(ranks, (rank) => rank >= 0);
  t.diagnostic(`${heldOut.length} held out: first ${percent(first)}, among three ${percent(amongThree)}`);
  assert.ok(first >= 0.66, percent(first));
  assert.ok(amongThree >= 0.8, percent(amongThree));
});

test('every question of every article is answered with that article, word for word or decorated', () => {
  for (const article of articles) {
    for (const question of [article.question, ...article.similar]) {
      for (const typed of [question, `${question}！！`, `  ${question.replace(/[？，]/g, ' ')}`]) {
        const decision = decide(index.search(typed, { audience: article.audience, limit: 3 }));
        assert.equal(decision.kind === 'answer' && decision.hit.articleId, article.id, typed);
      }
    }
  }
});
