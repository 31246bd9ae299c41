import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadConfig, readConfig } from './config.js';

const problemsOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof BadConfig);
    return error.message;
  }
  return assert.fail('it was accepted');
};

test('with nothing set there is a whole configuration', () => {
  const config = readConfig({});
  assert.equal(config.port, 8080);
  assert.deepEqual([...config.roles], ['web', 'worker', 'gateway']);
  assert.equal(config.databaseUrl, undefined);
});

test('everything that is wrong is said at once, by name and without its value', () => {
  const secret = 'hunter2';
  const bad = {
    PORT: '70000',
    IMDESK_ROLES: `web,${secret}`,
    DATABASE_URL: `mysql://root:${secret}@db/x`,
    REDIS_URL: secret,
    MASTER_KEY: secret,
    PUBLIC_URL: `ftp://${secret}`,
    TRUST_PROXY: secret,
    DRAIN_SECONDS: secret,
    LOG_LEVEL: secret,
    CLOCK_URL: secret,
  };
  const message = problemsOf(bad);
  for (const name of Object.keys(bad)) assert.match(message, new RegExp(`^ {2}${name}`, 'm'), name);
  assert.ok(!message.includes(secret), message);
});

test('a variable that is set to nothing counts as not set', () => {
  const config = readConfig({
    PORT: '',
    DATABASE_URL: '',
    REDIS_URL: '',
    MASTER_KEY: '',
    IMDESK_ROLES: '',
    LOG_LEVEL: '',
  });
  assert.deepEqual(config, readConfig({}));
});

test('roles may be separated with spaces, and none of them may be unknown or missing', () => {
  assert.deepEqual([...readConfig({ IMDESK_ROLES: ' web , worker ' }).roles], ['web', 'worker']);
  assert.match(problemsOf({ IMDESK_ROLES: 'web,' }), /IMDESK_ROLES/);
});

test('a public address is kept without the slash at its end', () => {
  assert.equal(readConfig({ PUBLIC_URL: 'https://desk.example/' }).publicUrl, 'https://desk.example');
});
