import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Library } from '../knowledge/library.js';
import { thinker } from './think.js';

const article = (id: string, question: string, answer: string, audience: string) => ({
  id,
  question,
  answer,
  audience,
  similar_questions: [],
  category: [],
});
const rows = [
  article('1', '年假有几天，怎么申请？', '入职满一年有五天。', 'employee'),
  article('2', '电水壶显示 E1 是什么意思？', 'E1 是干烧保护。', 'customer'),
];
const db = { query: async <Row>(): Promise<Row[]> => JSON.parse(JSON.stringify(rows)) };

test('colleagues find what customers are told as well; customers find nothing that is for colleagues', async () => {
  const think = thinker(new Library(db));
  const found = async (question: string, audience: 'customer' | 'employee') => {
    const reply = await think('tenant', question, audience);
    return reply.kind === 'answer' ? reply.articleId : undefined;
  };
  assert.equal(await found('年假有几天，怎么申请？', 'employee'), '1');
  assert.equal(await found('电水壶显示 E1 是什么意思？', 'employee'), '2');
  assert.equal(await found('电水壶显示 E1 是什么意思？', 'customer'), '2');
  assert.equal(await found('年假有几天，怎么申请？', 'customer'), undefined);
});
