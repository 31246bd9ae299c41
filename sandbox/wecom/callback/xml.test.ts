import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childOf, readXml, textOf, writeXml } from './xml.js';

test('what is written is read again, whatever stands in it', () => {
  const nasty = 'a ]]> b <c> & "d" \u4f60\u597d \n 😀 ]]]]>';
  const text = writeXml({ MsgType: 'text', Content: nasty, CreateTime: 5, MsgId: 4561255354251345929n });
  const read = readXml(text);
  assert.equal(textOf(read, 'Content'), nasty);
  assert.equal(textOf(read, 'MsgId'), '4561255354251345929');
  assert.match(text, /<CreateTime>5<\/CreateTime>/);
});

test('lists repeat their element, and nested ones are found', () => {
  const items = [{ Title: 'one' }, { Title: 'two' }];
  const read = readXml(writeXml({ Articles: { item: items } }));
  const found = childOf(read, 'Articles')?.children.map((item) => textOf(item, 'Title'));
  assert.deepEqual(found, ['one', 'two']);
});

test('declarations, white space, entities and empty elements are understood', () => {
  const read = readXml('<?xml version="1.0"?>\n<xml>\n <A>1 &lt; &#50; &amp;</A><B/> <C></C>\n</xml>\n');
  assert.equal(textOf(read, 'A'), '1 < 2 &');
  assert.equal(textOf(read, 'B'), '');
  assert.equal(textOf(read, 'C'), '');
});

test('what is no such XML is not read', () => {
  const bad = ['', 'text', '<xml>', '<xml></lmx>', '<a/><b/>', '<xml><![CDATA[x</xml>'];
  const doctype = '<!DOCTYPE x [<!ENTITY e "y">]><xml>&e;</xml>';
  for (const text of [...bad, doctype, '<a>'.repeat(50)]) assert.equal(readXml(text), undefined, text);
});
