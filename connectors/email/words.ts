import { convert } from 'html-to-text';
import sanitizeHtml from 'sanitize-html';

const htmlMax = 2_000_000;
/** What only a program reads: hidden text is used to tell robots what people don't see. */
const hidden =
  /(display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])|mso-hide\s*:\s*all)/i;

/** The words of an HTML letter as a reader sees them; nothing of it stays active. Quotes are marked with ">". */
export function wordsOfHtml(html: string): string {
  const safe = sanitizeHtml(html.slice(0, htmlMax), {
    allowedTags: [
      ...[
        'p',
        'div',
        'br',
        'hr',
        'span',
        'font',
        'b',
        'strong',
        'i',
        'em',
        'u',
        's',
        'a',
        'blockquote',
        'pre',
        'center',
      ],
      ...[
        'ul',
        'ol',
        'li',
        'h1',
        'h2',
        'h3',
        'h4',
        'h5',
        'h6',
        'table',
        'thead',
        'tbody',
        'tr',
        'td',
        'th',
        'includetail',
      ],
    ],
    allowedAttributes: { '*': ['style', 'hidden'], a: ['href', 'style'] },
    allowedSchemes: ['http', 'https', 'mailto'],
    exclusiveFilter: ({ attribs }) => hidden.test(attribs.style ?? '') || attribs.hidden !== undefined,
  });
  return convert(safe, {
    wordwrap: false,
    limits: { maxInputLength: htmlMax, maxDepth: 100 },
    selectors: [
      { selector: 'img', format: 'skip' },
      {
        selector: 'a',
        options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, linkBrackets: ['(', ')'] },
      },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
        selector,
        options: { uppercase: false },
      })),
      { selector: 'hr', options: { length: 20 } },
      { selector: 'ul', options: { itemPrefix: '· ' } },
      {
        selector: 'blockquote',
        format: 'blockquote',
        options: { leadingLineBreaks: 1, trailingLineBreaks: 1 },
      },
    ],
  });
}

/** A plain part that only says that there is no plain part. */
const placeholder = /does ?n[o']t support html|html (format|version)|不支持\s*html|此邮件为\s*html/i;

/** What the letter says: its plain part, which is what its writer's program made of it, else the words of its HTML. */
export function wordsOf(plain: string | undefined, html: string | undefined): string {
  const said = (plain ?? '').replace(/&nbsp;/g, ' ').replace(/\u00a0/g, ' ');
  const usable = said.trim() !== '' && !(html && said.length < 200 && placeholder.test(said));
  return usable || !html ? said : wordsOfHtml(html);
}
