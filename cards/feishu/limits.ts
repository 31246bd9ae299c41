import type { FeishuCard } from './card.js';

/** Feishu refuses a card of more than 30 KB (code 200860); what its server adds on the way is not documented. */
export const BYTES_MAX = 28 * 1024;
/** Objects with a `tag`, plain_text too; one more is refused (300305, 11310). */
export const TAGS_MAX = 200;
/** Containers inside containers; deeper ones are refused. */
export const DEPTH_MAX = 5;
/** https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/title */
export const HEADER_TAGS_MAX = 3;

/** Code points on a button or an option; not in Feishu's own pages, but refused in practice. */
export const CAPTION_MAX = 100;
/** https://open.feishu.cn/document/feishu-cards/card-json-v2-components/interactive-components/input */
export const INPUT_MAX = 1000;

export interface Size {
  /** Of the card's JSON in UTF-8. */
  bytes: number;
  tags: number;
  depth: number;
}

export function sizeOf(card: FeishuCard): Size {
  return {
    bytes: Buffer.byteLength(JSON.stringify(card)),
    tags: tagsIn(card),
    depth: depthOf(card.body.elements),
  };
}

/** Whether Feishu takes the card: something to show, and not too much. */
export function fits(card: FeishuCard): boolean {
  if (card.body.elements.length === 0) return false;
  const { bytes, tags, depth } = sizeOf(card);
  return bytes <= BYTES_MAX && tags <= TAGS_MAX && depth <= DEPTH_MAX;
}

function tagsIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = 'tag' in value && typeof value.tag === 'string' ? 1 : 0;
  return Object.values(value).reduce((sum: number, inner) => sum + tagsIn(inner), own);
}

/** A column counts as a container of its own. */
function depthOf(elements: readonly object[]): number {
  const inside = elements.map((element) => {
    const inner =
      'elements' in element ? element.elements : 'columns' in element ? element.columns : undefined;
    return Array.isArray(inner) ? 1 + depthOf(inner) : 0;
  });
  return Math.max(0, ...inside);
}
