import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accept, FILE_BYTES_MAX, IMAGE_BYTES_MAX, MediaRefused } from './accept.js';
import { cleanFileName } from './file-name.js';

const bytes = (hex: string, length = 64) =>
  Buffer.concat([Buffer.from(hex.replaceAll(' ', ''), 'hex')], length);
const png = (length = 64) =>
  bytes('89504e470d0a1a0a 0000000d49484452 00000001000000010802000000907753de 0000000049444154', length);
const jpeg = (length = 64) => bytes('ffd8ffe000104a46494600010100000100010000', length);
const container = bytes('d0cf11e0a1b11ae1', 600);

/** The start of a zip archive whose first file has that name and content. */
function zip(name: string, content = ''): Buffer {
  const head = Buffer.alloc(30);
  head.write('504b0304140000000000', 'hex');
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name + content), bytes('504b0506', 22)]);
}

test('a file is what its content is, whatever its name says', async () => {
  const cases: [string, Buffer, string, string, string, string][] = [
    ['picture', png(), '截图.png', 'image', 'image/png', '截图.png'],
    ['picture', jpeg(), 'IMG_1.JPEG', 'image', 'image/jpeg', 'IMG_1.JPEG'],
    ['picture', bytes('474946383961'), '', 'image', 'image/gif', 'file.gif'],
    ['picture', bytes('52494646 24000000 57454250 56503820'), 'a.webp', 'image', 'image/webp', 'a.webp'],
    ['picture', bytes('424d 46000000'), 'a.bmp', 'image', 'image/bmp', 'a.bmp'],
    ['picture', bytes('00000018 66747970 68656963 00000000'), 'a.heic', 'image', 'image/heic', 'a.heic'],
    ['a scan is kept as a file', bytes('49492a00 08000000'), 'a.tif', 'file', 'image/tiff', 'a.tif'],
    ['disguised as a program', jpeg(), 'invoice.exe', 'image', 'image/jpeg', 'invoice.exe.jpg'],
    ['document', Buffer.from('%PDF-1.7\n%äöü'), '发票.pdf', 'file', 'application/pdf', '发票.pdf'],
    ['old office', container, '报价.xls', 'file', 'application/vnd.ms-excel', '报价.xls'],
    ['WPS', container, '合同.wps', 'file', 'application/vnd.ms-works', '合同.wps'],
    ['archive', zip('a.txt', 'hello'), 'a.zip', 'file', 'application/zip', 'a.zip'],
    ['an unusual office file', zip('a.txt', 'hello'), '表.xlsx', 'file', 'application/zip', '表.xlsx'],
    [
      'an archive called a program',
      zip('a.txt', 'hello'),
      'setup.apk',
      'file',
      'application/zip',
      'setup.apk.zip',
    ],
    ['sound', bytes('2321414d520a'), 'v.amr', 'voice', 'audio/amr', 'v.amr'],
    ['sound', bytes('fffb9064', 417), 'v.mp3', 'voice', 'audio/mpeg', 'v.mp3'],
    ['film', bytes('00000018 66747970 6d703432 00000000'), 'v.mp4', 'video', 'video/mp4', 'v.mp4'],
    ['text', Buffer.from('姓名,电话\n李,1380000'), '名单.csv', 'file', 'text/plain', '名单.csv'],
    [
      'text of older programs',
      Buffer.from('d0d5c3fb2cb5e7bbb00a', 'hex'),
      '名单.csv',
      'file',
      'text/plain',
      '名单.csv',
    ],
    ['text with a mark', Buffer.from('fffe60597d59', 'hex'), 'a.txt', 'file', 'text/plain', 'a.txt'],
    ['one letter', Buffer.from('a'), 'a.txt', 'file', 'text/plain', 'a.txt'],
    [
      'a drawing',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      'a.svg',
      'file',
      'text/plain',
      'a.svg.txt',
    ],
    ['a drawing', Buffer.from('<?xml version="1.0"?><svg/>'), 'a.png', 'file', 'text/plain', 'a.png.txt'],
    [
      'a page',
      Buffer.from('<!doctype html><script>alert(1)</script>'),
      'a.jpg',
      'file',
      'text/plain',
      'a.jpg.txt',
    ],
    ['a script', Buffer.from('@echo off\r\ndel *'), 'run.bat', 'file', 'text/plain', 'run.bat.txt'],
  ];
  for (const [what, content, declared, type, mime, name] of cases) {
    assert.deepEqual(await accept(content, declared), { type, mime, name }, `${what}: ${declared}`);
  }
});

test('programs and what nobody recognises are refused, under any name', async () => {
  for (const [content, name] of [
    [bytes('4d5a9000'), 'photo.jpg'],
    [bytes('7f454c46020101'), 'report.pdf'],
    [container, 'setup.msi'],
    [container, ''],
    [bytes('000102030405'), 'data.txt'],
  ] as const) {
    await assert.rejects(
      accept(content, name),
      (error) => error instanceof MediaRefused && error.reason === 'kind',
    );
  }
  await assert.rejects(
    accept(Buffer.alloc(0), 'a.txt'),
    (error) => error instanceof MediaRefused && error.reason === 'empty',
  );
});

test('a picture too large for a picture is a file, and a file too large is refused', async () => {
  assert.equal((await accept(png(IMAGE_BYTES_MAX), 'a.png')).type, 'image');
  assert.deepEqual(await accept(png(IMAGE_BYTES_MAX + 1), 'a.png'), {
    type: 'file',
    mime: 'image/png',
    name: 'a.png',
  });
  assert.equal((await accept(jpeg(FILE_BYTES_MAX), 'a.jpg')).type, 'file');
  await assert.rejects(
    accept(jpeg(FILE_BYTES_MAX + 1), 'a.jpg'),
    (error) =>
      error instanceof MediaRefused &&
      error.reason === 'too large' &&
      /31457281 bytes; 31457280/.test(error.message),
  );
});

test('any bytes under any name are either accepted safely or refused politely', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.string({ unit: 'binary' }),
      async (content, name) => {
        const result = await accept(Buffer.from(content), name).catch((error) => error);
        if (result instanceof MediaRefused) return;
        assert.match(result.name, /^[^/\\\p{Cc}\p{Cf}]+\.[a-z0-9]+$/iu);
        assert.ok(!/svg|html|javascript/.test(result.mime));
      },
    ),
  );
});

test('a file name loses its folders and its tricks, and keeps its words', () => {
  const cases: [string, string][] = [
    ['../../etc/passwd.txt', 'passwd.txt'],
    ['C:\\用户\\发票 2026.txt', '发票 2026.txt'],
    ['invoice\u202etxt.exe', 'invoicetxt.exe.txt'],
    ['a\u0000b\nc.txt', 'abc.txt'],
    ['..', 'file.txt'],
    ['', 'file.txt'],
    ['.txt', 'txt.txt'],
    ['con.txt', '_con.txt'],
    ['what?*.txt. ', 'what.txt'],
    ['e\u0301.txt', 'é.txt'],
    ['broken\ud800.txt', 'broken.txt'],
  ];
  for (const [declared, expected] of cases) assert.equal(cleanFileName(declared, ['txt']), expected);
});

test('a long file name is cut between characters and keeps its extension', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (stem) => {
      const name = cleanFileName(`${stem}.txt`, ['txt']);
      assert.ok([...name].length <= 101, name);
      assert.ok(name.endsWith('.txt') && name.isWellFormed?.() !== false);
      assert.equal(cleanFileName(name, ['txt']), name, 'cleaning a clean name changes nothing');
    }),
  );
  assert.equal([...cleanFileName('长'.repeat(300), ['pdf'])].length, 100);
});
