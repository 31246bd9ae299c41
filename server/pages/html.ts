import type { Locale } from '../../core/i18n/texts.js';
import { type Assets, assetAddress } from './assets.js';
import type { PageStart } from './state.js';

/** What a page may load: itself from here, and nothing from anywhere else; no script stands in it. */
export const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
} as const;

/** A card's page. What it shows travels as data, which browsers do not run. */
export function cardPage(
  from: Assets,
  locale: Locale,
  start: PageStart,
  more: { reader: string; noScript: string },
): string {
  const data = JSON.stringify(start).replaceAll('<', '\\u003c');
  const body = `<main>
<p id="notice" role="status" tabindex="-1" hidden></p>
<div id="card"></div>
<section id="files" hidden></section>
<section id="typed" hidden></section>
<noscript><p>${escaped(more.noScript)}</p></noscript>
</main>
<footer>${escaped(more.reader)}</footer>
<script type="application/json" id="start">${data}</script>
<script src="${assetAddress(from, 'cards.js')}"></script>
<script src="${assetAddress(from, 'page.js')}"></script>`;
  return page(from, locale, start.state.title, body);
}

/** A page that has only something to say. */
export function messagePage(
  from: Assets,
  locale: Locale,
  { title, words, way }: { title: string; words: string; way?: { words: string; address: string } },
): string {
  const link = way ? `\n<p><a href="${escaped(way.address)}">${escaped(way.words)}</a></p>` : '';
  const body = `<main class="message">\n<h1>${escaped(title)}</h1>\n<p>${escaped(words)}</p>${link}\n</main>`;
  return page(from, locale, title, body);
}

const page = (from: Assets, locale: Locale, title: string, body: string): string => `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<meta name="format-detection" content="telephone=no">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="${assetAddress(from, 'cards.css')}">
<link rel="stylesheet" href="${assetAddress(from, 'page.css')}">
</head>
<body>
${body}
</body>
</html>
`;

const marks: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => marks[mark] ?? mark);
