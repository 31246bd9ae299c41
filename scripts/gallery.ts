/**
 * Every card in every state on every surface, from sample data: `npm run gallery`, then open `.data/gallery/index.html`.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bind } from '../cards/bind.js';
import { sizeOf } from '../cards/feishu/limits.js';
import { renderFeishu } from '../cards/feishu/render.js';
import { samples } from '../cards/samples.js';
import { shortenTexts } from '../cards/shorten.js';

const PARAGRAPH_MAX = 1000;

const entries = Object.entries(samples).map(([name, view]) => {
  const feishu = renderFeishu(view);
  const { bytes, tags, depth } = sizeOf(feishu);
  return {
    name,
    card: shortenTexts(bind(view), PARAGRAPH_MAX),
    feishu,
    size: `Feishu: ${bytes} bytes, ${tags} tags, ${depth} deep`,
  };
});

const page = `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Imdesk cards</title>
<link rel="stylesheet" href="cards.css">
<style>
body { margin: 24px; background: #f5f6f7; font: 14px/1.5 system-ui, sans-serif; }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 28px; align-items: start; }
h2 { margin: 0 0 8px; font-size: 14px; }
pre { max-height: 300px; overflow: auto; font-size: 11px; white-space: pre-wrap; overflow-wrap: anywhere; }
small { color: #646a73; }
</style>
<main></main>
<script type="application/json" id="cards">${JSON.stringify(entries).replaceAll('<', '\\u003c')}</script>
<script src="cards.js"></script>
<script>
const main = document.querySelector('main');
const make = (tag, text) => Object.assign(document.createElement(tag), { textContent: text });
for (const { name, card, feishu, size } of JSON.parse(document.getElementById('cards').textContent)) {
  const place = document.createElement('div');
  const json = document.createElement('details');
  json.append(make('summary', size), make('pre', JSON.stringify(feishu, null, 2)));
  const shown = document.createElement('section');
  shown.append(make('h2', name), place, json);
  main.append(shown);
  imdeskCards.drawCard(card, place, (submission) => console.log(submission));
}
</script>
`;

const folder = fileURLToPath(new URL('../../.data/gallery/', import.meta.url));
const drawn = new URL('../cards/html/public/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const file of ['cards.css', 'cards.js']) await copyFile(new URL(file, drawn), `${folder}${file}`);
await writeFile(`${folder}index.html`, page);
console.log(`${entries.length} cards in ${folder}index.html`);
