import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './address.js';

test('addresses of the public internet are public, and no others', () => {
  for (const ip of ['8.8.8.8', '47.96.1.1', '172.32.0.1', '2400:3200::1']) assert.ok(isPublicAddress(ip), ip);
  for (const ip of [
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    'localhost',
    '',
  ]) {
    assert.ok(!isPublicAddress(ip), ip);
  }
});
