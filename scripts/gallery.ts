/**
 * Every card in every state on every surface, from sample data: `npm run gallery`, then open `.data/gallery/index.html`.
 * What the three platforms get is drawn by the sandbox's clients; what a browser gets, as the signed page draws it.
 */
import { fileURLToPath } from 'node:url';
import { writeGallery } from './gallery/write.js';

const { page, count } = await writeGallery(fileURLToPath(new URL('../../.data/gallery', import.meta.url)));
console.log(`${count} cards in ${page}`);
