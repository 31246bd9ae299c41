import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { dingtalkTemplate, entries } from './entries.js';

/** What the page loads, by the names that it knows: our own drawing for the signed page, and the sandbox's of its clients. */
const files = {
  'cards.js': '../../cards/html/public/cards.js',
  'clients.js': '../../sandbox/page/public/gallery.js',
  'gallery.js': './public/gallery.js',
  'gallery.css': './gallery.css',
  'index.html': './index.html',
};

/**
 * Writes the gallery into a folder: a page that needs no server.
 *
 * @returns the page, and how many cards are on it
 */
export async function writeGallery(folder: string): Promise<{ page: string; count: number }> {
  await mkdir(folder, { recursive: true });
  for (const [name, from] of Object.entries(files))
    await copyFile(fileURLToPath(new URL(from, import.meta.url)), path.join(folder, name));
  const data = { template: await dingtalkTemplate(), entries: entries() };
  await writeFile(path.join(folder, 'data.js'), `globalThis.galleryData = ${JSON.stringify(data)};\n`);
  return { page: path.join(folder, 'index.html'), count: data.entries.length };
}
