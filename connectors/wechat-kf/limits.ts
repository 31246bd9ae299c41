import type { TextLimit } from '../../core/text/split.js';

/** What one text may hold. Source: path/94677, 文本消息. */
export const textLimit: TextLimit = { max: 2048, unit: 'bytes' };
