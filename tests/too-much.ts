import type { Call } from './enterprise-seat.js';

/**
 * What an API says when it was asked too often or too much. Sources: Feishu 频控策略 (99991400), 发送消息 (230020, 11232, 11233);
 * DingTalk 服务端API 调用限流 (90018, 90002, 90005, 90020), send.too.fast; WeCom 访问频率限制 (45009, 45033, 45047, 45002).
 */
const codes = new Set([
  99991400, 230020, 11232, 11233, 90018, 90002, 90005, 90020, 45009, 45033, 45047, 45002,
]);
export const isTooMuch = ({ status, code, error = '' }: Call): boolean =>
  status === 429 || codes.has(code) || /throttl|too\.?fast|flow|quota|limit|QPS/i.test(error);
