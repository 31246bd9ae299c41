import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { escapeHtml } from '../kernel/html.js';
import type { Reply } from '../kernel/http.js';
import { staticFile } from '../kernel/static.js';

const style = readFileSync(new URL('./phone.css', import.meta.url), 'utf8');
const files = fileURLToPath(new URL('./public/', import.meta.url));

/** The phone's own script, under `/phone/`. */
export const phoneFile = (path: string): Promise<Reply | undefined> =>
  path.startsWith('/phone/') ? staticFile(files, path.slice('/phone'.length)) : Promise.resolve(undefined);

/**
 * A customer's phone with one chat open. `base` is where its view and acts are (`view.ts`), `stream` names whose happenings
 * it redraws at, `theme` is the class that colours it.
 */
export function phonePage(phone: {
  title: string;
  theme: string;
  base: string;
  stream: { platform: string; as: string };
}): Reply {
  const { title, theme, base, stream } = phone;
  const listen = `/control/stream?${new URLSearchParams(stream)}`;
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body class="${escapeHtml(theme)}">
<div id="phone" data-base="${escapeHtml(base)}" data-stream="${escapeHtml(listen)}"><p class="loading">正在打开…</p></div>
<script src="/phone/phone.js"></script>
</body>
</html>
`,
  };
}
