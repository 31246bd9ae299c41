import type { MenuItem } from '../control/platform.js';
import { isRecord } from '../kernel/shape.js';
import { type Call, type Result, type Route, wholeOf } from './api.js';
import type { Corp } from './corp.js';
import { checkAgent } from './message/send.js';
import { refuse } from './refusal.js';

/** Source: 创建菜单 (counts and lengths), 获取菜单, 删除菜单. */
const TOP_MAX = 3;
const BELOW_MAX = 5;
const TOP_BYTES_MAX = 16;
const BELOW_BYTES_MAX = 40;
const KEY_BYTES_MAX = 128;
const URL_BYTES_MAX = 1_024;

export const menuRoutes = (corp: Corp): Route[] => [
  { method: 'POST', path: '/cgi-bin/menu/create', handle: (call) => create(corp, call) },
  { method: 'GET', path: '/cgi-bin/menu/get', handle: (call) => get(corp, call) },
  { method: 'GET', path: '/cgi-bin/menu/delete', handle: (call) => remove(corp, call) },
];

function create(corp: Corp, { app, id, request, body }: Call): Result {
  checkAgent(corp, app, wholeOf(request.query.get('agentid')));
  const top = body.button;
  if (!Array.isArray(top) || top.length < 1 || top.length > TOP_MAX) refuse(40016);
  corp.state.menus.put(
    id,
    top.map((item) => readItem(item, TOP_BYTES_MAX)),
  );
  corp.stream.tell({ type: 'reload' });
  return {};
}

function readItem(item: unknown, nameMax: number): MenuItem {
  if (!isRecord(item)) refuse(40058, 'a button is no object');
  const { name, sub_button: below } = item;
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > nameMax) refuse(40018);
  if (Array.isArray(below) && below.length > 0) {
    if (nameMax !== TOP_BYTES_MAX || below.length > BELOW_MAX) refuse(40023);
    return { name, items: below.map((each) => readItem(each, BELOW_BYTES_MAX)) };
  }
  if (item.type === 'view') return { name, url: sized(item.url, URL_BYTES_MAX, 40020) };
  if (item.type === 'click') return { name, key: sized(item.key, KEY_BYTES_MAX, 40019) };
  return refuse(40017, `${String(item.type)} is unknown, or not built in this sandbox`);
}

function sized(value: unknown, max: number, code: 40019 | 40020): string {
  return typeof value === 'string' && value !== '' && Buffer.byteLength(value) <= max ? value : refuse(code);
}

function get(corp: Corp, { app, request }: Call): Result {
  checkAgent(corp, app, wholeOf(request.query.get('agentid')));
  return { button: corp.state.menuOf(app).map(show) };
}

const show = ({ name, key, url, items }: MenuItem): Record<string, unknown> => ({
  name,
  ...(items ? {} : { type: url ? 'view' : 'click' }),
  ...(key ? { key } : {}),
  ...(url ? { url } : {}),
  sub_button: (items ?? []).map(show),
});

function remove(corp: Corp, { app, id, request }: Call): Result {
  checkAgent(corp, app, wholeOf(request.query.get('agentid')));
  corp.state.menus.put(id, []);
  corp.stream.tell({ type: 'reload' });
  return {};
}
