/**
 * Every card in every state on every surface, from sample data: `npm run gallery`, then open `.data/gallery/index.html`.
 * What the three platforms get is drawn by the sandbox's clients; what a browser gets, as the signed page draws it.
 * `npm run gallery -- --pictures` also takes the pictures in `docs/cards.md`.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findChromium } from '../tests/chromium.js';
import { takePictures } from './gallery/pictures.js';
import { writeGallery } from './gallery/write.js';

const { values } = parseArgs({ options: { pictures: { type: 'boolean', default: false } } });
const inRoot = (folder: string) => fileURLToPath(new URL(`../../${folder}`, import.meta.url));

const { page, count } = await writeGallery(inRoot('.data/gallery'));
console.log(`${count} cards in ${page}`);
if (values.pictures) {
  const chromium = await findChromium();
  if (chromium === undefined)
    throw new Error('There is no Chromium: install one, or name it in CHROMIUM_PATH.');
  const folder = inRoot('docs/screenshots');
  await takePictures(page, folder, chromium);
  console.log(`Look at them: ${folder}/gallery-*.png`);
}
