import type { Reply } from './http.js';

/** Text that can stand anywhere in HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** A page with nothing but a few words, as a login shows them when it cannot go on. `about` stands small below. */
export function noticePage(
  status: number,
  { title, text, about = '' }: { title: string; text: string; about?: string },
): Reply {
  const [head, body, foot] = [title, text, about].map(escapeHtml);
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${head}</title>
<link rel="icon" href="data:,">
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f2f4f7; color: #1f2329;
  font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, sans-serif; }
main { max-width: 20rem; margin: 24px; text-align: center; }
h1 { margin: 0 0 6px; font-size: 18px; }
p { margin: 0; color: #51565d; }
small { display: block; margin-top: 16px; color: #73787f; overflow-wrap: anywhere; }
</style>
<main><h1>${head}</h1><p>${body}</p>${foot ? `<small>${foot}</small>` : ''}</main>
</html>
`,
  };
}
