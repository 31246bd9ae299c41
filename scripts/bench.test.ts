import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openScope } from '../tests/scope.js';
import { atLeastShare } from './bench/area.js';
import { areas } from './bench/areas.js';
import { type Result, resultText } from './bench/report.js';

describe('every area of the bench measures something, however small its sizes', () => {
  for (const area of areas) {
    test(area.name, async (t) => {
      const scope = openScope();
      try {
        const redisServer = process.env.TEST_REDIS_SERVER;
        const rows = await area.run({
          scope,
          quick: true,
          redisServer,
          say: (line) => t.diagnostic(line),
        });
        assert.ok(rows.length > 0);
        for (const { what, ratio, figures, notRun } of rows) {
          assert.ok(notRun !== undefined || figures.length > 0, `${what} shows nothing`);
          for (const { name, value } of figures)
            assert.ok(Number.isFinite(value), `${what}, ${name}: ${value} was not measured`);
          if (ratio) assert.ok(ratio.value > 0, `${what}: ${ratio.value} of ${ratio.of}`);
          if (notRun !== undefined) assert.equal(redisServer, undefined, `${what}: ${notRun}`);
        }
      } finally {
        await scope.close();
      }
    });
  }
});

test('the report puts ratios first, says whether a goal is met, and what did not run', () => {
  const result: Result = {
    name: 'accept',
    about: 'this against that',
    seconds: 1.234,
    measured: [
      {
        what: '飞书',
        ratio: { value: 0.8312, of: 'that' },
        goal: atLeastShare(0.7, 0.8312),
        figures: [
          { name: 'Imdesk', value: 1234.5, unit: '/s' },
          { name: 'waited', value: 0.01234, unit: 'ms' },
        ],
        notes: ['of one kind'],
      },
      { what: 'api', ratio: { value: 0.5, of: 'that' }, goal: atLeastShare(0.7, 0.5), figures: [] },
      { what: 'redis', figures: [], notRun: 'no redis-server was found' },
    ],
  };
  assert.equal(
    resultText(result),
    `accept (1.23 s): this against that
     83 %  飞书   of that | goal ≥ 70 %: met | Imdesk 1,235/s, waited 0.0123 ms
           · of one kind
     50 %  api    of that | goal ≥ 70 %: not met
           redis  NOT RUN: no redis-server was found
`,
  );
});
