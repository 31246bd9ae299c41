import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide } from './answer.js';
import type { Article } from './article.js';
import { type ArticleIndex, buildIndex } from './search.js';

const article = (id: string, question: string, more: Partial<Article> = {}): Article => ({
  id,
  question,
  similar: [],
  answer: '',
  category: [],
  audience: 'customer',
  ...more,
});

const shop = [
  article('refund', '退款多久能到账？', { similar: ['钱什么时候退给我'] }),
  article('invoice', '怎么开电子发票？', { answer: '在订单页申请，税号可以以后补。' }),
  article('address', '下单后可以修改收货地址吗？'),
  article('e1', '水壶显示 E1 是什么意思？'),
  article('e2', '水壶显示 E2 是什么意思？'),
  article('leave', '年假有几天？', { audience: 'employee' }),
];

const best = (index: ArticleIndex, question: string, audience: Article['audience'] = 'customer') =>
  index.search(question, { audience, limit: 3 })[0];

test('a question is found by any of its wordings, and the hit names which one matched', () => {
  const index = buildIndex(shop);
  assert.equal(best(index, '退款多久到账')?.question, '退款多久能到账？');
  assert.equal(best(index, '什么时候退我钱')?.articleId, 'refund');
  assert.equal(best(index, '钱什么时候能退给我啊')?.question, '钱什么时候退给我');
});

test('synonyms and colloquial forms find what was written formally', () => {
  const index = buildIndex(shop);
  assert.equal(best(index, '咋开票')?.articleId, 'invoice');
  assert.equal(best(index, '能改一下住址不')?.articleId, 'address');
});

test('codes tell apart questions that are otherwise the same', () => {
  const index = buildIndex(shop);
  assert.equal(best(index, '水壶显示E2')?.articleId, 'e2');
  assert.equal(best(index, 'ｅ１是啥意思')?.articleId, 'e1');
});

test('nobody is told what is meant for the other audience', () => {
  const index = buildIndex(shop);
  assert.deepEqual(
    index.search('年假有几天', { audience: 'customer', limit: 5 }).map((hit) => hit.articleId),
    [],
  );
  assert.equal(best(index, '年假有几天', 'employee')?.articleId, 'leave');
});

test('an article is one hit, however many of its questions match', () => {
  const index = buildIndex([article('a', '怎么退货', { similar: ['我要退货', '退货', '退货怎么退'] })]);
  assert.equal(index.search('退货', { audience: 'customer', limit: 5 }).length, 1);
});

test('edits are live at once: added, changed, removed', () => {
  const index = buildIndex(shop);
  index.put(article('gift', '可以送礼包装吗'));
  assert.equal(best(index, '送礼包装')?.articleId, 'gift');
  index.put(article('gift', '能写贺卡吗'));
  assert.equal(best(index, '能写贺卡吗')?.articleId, 'gift');
  assert.notEqual(best(index, '送礼包装')?.articleId, 'gift');
  index.remove('gift');
  assert.equal(best(index, '能写贺卡吗'), undefined);
  index.remove('gift');
  assert.equal(index.size, shop.length);
});

test('an index that was edited long searches like one built from the same articles', () => {
  const words = ['退款', '发票', '地址', '水壶', '快递', '怎么', '多久', 'e1', '会员', '积分'];
  const text = fc
    .array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join(''));
  const edits = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.option(text)), { maxLength: 60 });
  fc.assert(
    fc.property(edits, text, (changes, question) => {
      const edited = buildIndex([]);
      const kept = new Map<string, Article>();
      for (const [number, wording] of changes) {
        const id = `a${number}`;
        kept.delete(id);
        if (wording === null) edited.remove(id);
        else kept.set(id, article(id, wording));
        if (wording !== null) edited.put(article(id, wording));
      }
      const scores = (index: ArticleIndex) =>
        new Map(
          index
            .search(question, { audience: 'customer', limit: 10 })
            .map((hit) => [hit.articleId, hit.score]),
        );
      assert.deepEqual(scores(edited), scores(buildIndex(kept.values())));
    }),
    { numRuns: 60 },
  );
});

test('thousands of edits do not pile up', () => {
  const index = buildIndex(shop);
  for (let round = 0; round < 3_000; round += 1) index.put(article('gift', `可以送礼包装吗 ${round}`));
  assert.equal(best(index, '可以送礼包装吗 2999')?.question, '可以送礼包装吗 2999');
  assert.equal(index.search('可以送礼包装吗', { audience: 'customer', limit: 5 }).length, 1);
});

test('hits come best first, bounded, with confidence between 0 and 1', () => {
  const index = buildIndex(shop);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.integer({ min: 0, max: 4 }),
      (question, limit) => {
        const hits = index.search(question, { audience: 'customer', limit });
        assert.ok(hits.length <= limit);
        hits.forEach(({ score, confidence }, at) => {
          assert.ok(score > 0 && score <= 1 && score <= (hits[at - 1]?.score ?? 1));
          assert.ok(confidence >= 0 && confidence <= 1);
        });
      },
    ),
  );
});

test('a very long message is searched at once', () => {
  const index = buildIndex(shop);
  const from = performance.now();
  index.search('我要退款啊这个水壶'.repeat(2_000), { audience: 'customer', limit: 3 });
  assert.ok(performance.now() - from < 2_000);
});

test('decides: what is known is answered, what is near is offered, the rest is admitted', () => {
  const index = buildIndex(shop);
  const ask = (question: string) => decide(index.search(question, { audience: 'customer', limit: 5 }));
  const known = ask('退款几天到账呀');
  assert.equal(known.kind === 'answer' && known.hit.articleId, 'refund');
  assert.equal(ask('今天天气怎么样').kind, 'unknown');
  assert.equal(ask('').kind, 'unknown');
  const near = ask('发票丢了能找回来吗');
  assert.equal(near.kind, 'unsure');
  assert.equal(near.kind === 'unsure' && near.related[0]?.articleId, 'invoice');
});
