import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IMAGE_BYTES_MAX } from './accept.js';
import { mediaHeaders } from './headers.js';

const disposition = (mime: string, name = 'a', bytes = 10) =>
  mediaHeaders({ mime, name, bytes }, 60)['content-disposition']?.split(';')[0];

test('pictures, sound and film are shown; anything else is saved', () => {
  for (const mime of ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'audio/amr', 'video/mp4']) {
    assert.equal(disposition(mime), 'inline', mime);
  }
  for (const mime of [
    'image/heic',
    'image/svg+xml',
    'text/html',
    'text/plain',
    'application/pdf',
    'application/zip',
  ]) {
    assert.equal(disposition(mime), 'attachment', mime);
  }
  assert.equal(disposition('image/png', 'a.png', IMAGE_BYTES_MAX + 1), 'attachment');
});

test('nothing that was sent to us is run on our origin or guessed to be something else', () => {
  const headers = mediaHeaders({ mime: 'text/plain', name: 'a.txt', bytes: 3 }, 59.7);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(headers['content-security-policy'] ?? '', /default-src 'none';.* sandbox$/);
  assert.equal(headers['cache-control'], 'private, max-age=59, immutable');
});

test('a name arrives as it is, and cannot break out of its header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const value = mediaHeaders({ mime: 'application/pdf', name, bytes: 1 }, 1)['content-disposition'] ?? '';
      const parts = /^attachment; filename="([ -~]*)"; filename\*=UTF-8''([\w.!~%-]*)$/.exec(value);
      assert.ok(parts, value);
      assert.ok(!/["\\]/.test(parts[1] ?? ''));
      assert.equal(decodeURIComponent(parts[2] ?? ''), name);
    }),
  );
});
