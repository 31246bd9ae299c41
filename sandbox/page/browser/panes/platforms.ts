import { dingtalk } from '../dingtalk/drawing.js';
import { feishu } from '../feishu/drawing.js';
import type { PlatformDrawing, PlatformName } from '../platform.js';
import { wecom } from '../wecom/drawing.js';

/** Every client this page can draw, in the order in which they are offered. */
export const drawings: Readonly<Record<PlatformName, PlatformDrawing>> = { feishu, dingtalk, wecom };
