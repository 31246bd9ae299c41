import type { Limit, Outgoing } from '../../core/ports/courier.js';

/**
 * An account may call custom/send 500,000 times a day and upload 100,000 times; with headroom, and no faster than one
 * machine is answered. Source: developers.weixin.qq.com, 接口调用频次限制说明.
 */
const sends: Limit = { scope: 'send', everyMs: 250, burst: 100 };
const uploads: Limit = { scope: 'upload', everyMs: 1_000, burst: 100 };

export const limitsOf = (out: Outgoing): Limit[] => (out.kind === 'media' ? [sends, uploads] : [sends]);
