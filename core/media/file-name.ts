import path from 'node:path';

const NAME_CHARACTERS_MAX = 100;
/** Controls, characters that turn the reading direction ("gpj.exe" shown as "exe.jpg"), and what file systems forbid. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Surrogate}\p{Zl}\p{Zp}<>:"|?*]/gu;
/** Names Windows keeps for devices, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The name a file is shown and saved under: no folders, nothing invisible, at most 100 characters, and an extension
 * that fits what the file really is, so that a name cannot make a computer run it.
 *
 * @param declared    what its sender called it; may be anything
 * @param extensions  without dots, in lower case; the first is added where the name ends in none of them
 */
export function cleanFileName(declared: string, extensions: readonly [string, ...string[]]): string {
  const last = declared.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const shown = last
    .replace(UNFIT, '')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const found = path.extname(shown).slice(1);
  const fits = extensions.includes(found.toLowerCase());
  const extension = fits ? found : extensions[0];
  const stem = fits ? shown.slice(0, -found.length - 1) : shown;
  const whole = [...new Intl.Segmenter().segment(stem)].map(({ segment }) => segment);
  let kept = '';
  for (const character of whole) {
    if ([...kept, ...character, ...extension].length >= NAME_CHARACTERS_MAX) break;
    kept += character;
  }
  const safe = DEVICE.test(kept) ? `_${kept}` : kept;
  return `${safe.trim() || 'file'}.${extension}`;
}
