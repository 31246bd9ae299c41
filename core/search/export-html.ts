import { type Locale, text } from '../i18n/texts.js';
import type { Written } from './export-file.js';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** As text or as a value between double quotes. Marks that turn the reading direction are kept in their own line. */
export const escapeHtml = (value: string): string => value.replace(/[&<>"']/g, (one) => entities[one] ?? one);

const style = `
:root { color-scheme: light; }
body { font: 15px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1f2329; max-width: 860px; margin: 32px auto; padding: 0 20px; }
h1 { font-size: 22px; margin: 0 0 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0 0 24px; padding: 12px 16px; background: #f5f6f7; border-radius: 8px; }
dt { color: #646a73; } dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
ol { list-style: none; margin: 0; padding: 0; }
li { padding: 8px 12px; border-left: 3px solid #dee0e3; margin: 0 0 8px; break-inside: avoid; }
li.customer { border-color: #3370ff; } li.agent { border-color: #34c724; } li.robot { border-color: #7f3bf5; }
li.note, li.whisper { border-color: #ff8800; background: #fff8ef; }
li.system { color: #8f959e; font-size: 13px; }
.who { font-weight: 600; unicode-bidi: isolate; } .at, .mark { color: #646a73; font-size: 13px; }
.mark { border: 1px solid currentColor; border-radius: 4px; padding: 0 4px; }
p { margin: 2px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
footer { color: #8f959e; font-size: 13px; margin-top: 24px; }
@media print { body { margin: 0; max-width: none; font-size: 12px; } dl, li.note, li.whisper { background: none; } }
`;

/** A page of its own: no script, nothing loaded from anywhere, and everybody's words only as words. */
export function htmlTranscript(locale: Locale, { title, facts, lines, cut, made }: Written): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<dl>${facts.map(({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
${cut ? `<p>${escapeHtml(text(locale, 'search.exportCut'))}</p>` : ''}
<ol>
${lines.map((line) => lineHtml(locale, line)).join('\n')}
</ol>
<footer>${escapeHtml(made)}</footer>
</body>
</html>
`;
}

function lineHtml(
  locale: Locale,
  { at, who, kind, marks, text: words, link }: Written['lines'][number],
): string {
  const file =
    link === undefined
      ? ''
      : `<p><a href="${escapeHtml(link)}" rel="noreferrer noopener">${escapeHtml(text(locale, 'search.exportLink'))}</a></p>`;
  const marked = marks.map((mark) => ` <span class="mark">${escapeHtml(mark)}</span>`).join('');
  return `<li class="${kind}"><span class="who">${escapeHtml(who)}</span> <span class="at">${escapeHtml(at)}</span>${marked}<p>${escapeHtml(words)}</p>${file}</li>`;
}
