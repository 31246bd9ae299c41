import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDatabase } from '../../tests/database.js';
import { keepAlone } from './alone.js';

test('the demo of one database is open in one process; when that has ended, in the next', async (t) => {
  const { url } = await emptyDatabase(t);
  const letGo = await keepAlone(url);
  assert.ok(letGo);
  assert.equal(await keepAlone(url, 50), undefined);
  const waiting = keepAlone(url);
  await letGo();
  const next = await waiting;
  assert.ok(next, 'one that was about to end is waited for');
  await next();
});
