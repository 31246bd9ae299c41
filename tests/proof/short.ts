import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Proof } from './proof.js';

/** A proof in small, as a test on each of its backends. `SEED=7 npm test -- …` tries other chances. */
export function testShort(proof: Proof): void {
  const seed = Number(process.env.SEED ?? 1);
  const redisServer = process.env.TEST_REDIS_SERVER;
  for (const backend of proof.backends) {
    const skip = backend === 'redis' && !redisServer ? 'no redis-server' : false;
    test(`${proof.name}, on ${backend}: ${proof.claim}`, { skip }, async (t) => {
      t.diagnostic(`seed ${seed}`);
      const say = (line: string) => t.diagnostic(line);
      const findings = await proof.run({ scope: t, seed, size: 'short', backend, redisServer, say });
      for (const [what, count] of Object.entries(findings.counted)) t.diagnostic(`${count} ${what}`);
      assert.deepEqual(findings.broken, []);
    });
  }
}
