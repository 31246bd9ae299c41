import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { buttonCard, png, startWecom, type Wecom } from '../testing.js';

describe('the webhook of a group', () => {
  let wecom: Wecom;
  before(async () => {
    wecom = await startWecom();
  });
  after(() => wecom.close());
  beforeEach(async () => {
    await wecom.control('POST', 'clock', { advanceMs: 60_001 });
  });
  const push = async (type: string, content: Record<string, unknown>, key = 'a-webhook-key') => {
    const body = JSON.stringify({ msgtype: type, [type]: content });
    const response = await fetch(`${wecom.url}/cgi-bin/webhook/send?key=${key}`, { method: 'POST', body });
    return response.json();
  };
  const code = async (...given: Parameters<typeof push>) => (await push(...given)).errcode;
  const last = async () => (await wecom.seen('lin', 'wrGroup')).at(-1);

  test('what it may say arrives under its own name; a wrong key is refused and never shown', async () => {
    assert.equal(await code('text', { content: '早会', mentioned_list: ['weiran', '@all'] }), 0);
    const seen = await last();
    assert.deepEqual([seen?.author.name, seen?.content.content], ['播报', '早会']);
    assert.equal(await code('text', { content: 'x' }, 'wrong'), 93000);
    assert.equal(await code('markdown', { content: '字'.repeat(1366) }), 40058);
    assert.match((await push('text', { content: '字'.repeat(700) })).errmsg, /exceed max length 2048/);
    assert.equal(await code('poster', {}), 40008);
    const world = JSON.stringify([await wecom.control('GET', 'world'), await wecom.control('GET', 'calls')]);
    assert.doesNotMatch(world, /a-webhook-key/);
  });

  test('pictures come with their own digest', async () => {
    const md5 = createHash('md5').update(Buffer.from(png, 'base64')).digest('hex');
    assert.equal(await code('image', { base64: png, md5 }), 0);
    assert.equal((await last())?.type, 'image');
    assert.equal(await code('image', { base64: png, md5: 'x' }), 40058);
    assert.equal(await code('image', { base64: Buffer.from('text').toString('base64'), md5 }), 40058);
  });

  test('files are uploaded by the same key, and only files and voices', async () => {
    const upload = async (type: string) => {
      const form = new FormData();
      form.append('media', new Blob(['a whole file']), '报表.txt');
      const path = `/cgi-bin/webhook/upload_media?key=a-webhook-key&type=${type}`;
      return (await fetch(wecom.url + path, { method: 'POST', body: form })).json();
    };
    const { media_id } = await upload('file');
    assert.equal(await code('file', { media_id }), 0);
    assert.equal((await last())?.content.name, '报表.txt');
    assert.equal((await upload('image')).errcode, 40058);
  });

  test('its cards are notices', async () => {
    const notice = {
      card_type: 'text_notice',
      main_title: { title: '日报' },
      card_action: { type: 1, url: 'https://a.example/' },
    };
    assert.equal(await code('template_card', notice), 0);
    assert.equal((await last())?.card?.card_type, 'text_notice');
    assert.equal(await code('template_card', buttonCard()), 40058);
  });

  test('the 21st push of a minute is refused, and says so', async () => {
    for (let at = 0; at < 20; at += 1) assert.equal(await code('text', { content: `${at}` }), 0);
    assert.equal(await code('text', { content: '多了' }), 45009);
  });
});
