import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PhoneAct, PhoneView } from '../phone/view.js';

export const account = {
  id: 'gh_0123456789ab',
  name: '山屿茶器',
  about: '手作茶器与当季新茶，关注后可直接咨询客服',
  appId: 'wx0123456789abcdef',
  appSecret: 'official-secret',
  token: 'officialtoken',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
  menu: [
    {
      name: '选购',
      items: [
        { name: '当季新茶', key: 'new-tea' },
        { name: '官网', url: 'https://shop.example/' },
      ],
    },
    { name: '查物流', key: 'parcel' },
    { name: '人工客服', key: 'person' },
  ],
};
export const customer = { id: 'wang', name: '王女士' };

/** What was pushed to the account: its query and its body. */
export interface Pushed {
  query: URLSearchParams;
  body: string;
}

/** An account's server: `answer` says what it answers a push with; undefined lets it wait. Checks are answered by themselves. */
export async function startServer(
  answer: (pushed: Pushed, times: number) => Promise<string | undefined> | string | undefined,
) {
  const pushes: Pushed[] = [];
  const server: Server = createServer(async (request, response) => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://account');
    if (request.method === 'GET') {
      response.end(isSigned(query) ? query.get('echostr') : 'no');
      return;
    }
    const pushed = { query, body: await text(request) };
    pushes.push(pushed);
    const said = await answer(pushed, pushes.length);
    if (said !== undefined) response.end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    pushes,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** As an account checks it. Source: 验证消息的确来自微信服务器. */
export const isSigned = (query: URLSearchParams): boolean =>
  createHash('sha1')
    .update([account.token, query.get('timestamp') ?? '', query.get('nonce') ?? ''].sort().join(''))
    .digest('hex') === query.get('signature');

/** A customer's phone, as its page speaks to the sandbox. */
export function phoneAt(sandboxUrl: string, { as = customer.id, id = account.id } = {}) {
  const query = new URLSearchParams({ account: id, as });
  const asked = async <T>(what: string, init?: RequestInit): Promise<T> => {
    const response = await fetch(`${sandboxUrl}/wechat-official/${what}?${query}`, init);
    const body = await response.json();
    if (!response.ok) throw new Error(body.error.message);
    return body;
  };
  return {
    page: `${sandboxUrl}/wechat-official?${query}`,
    view: () => asked<PhoneView>('view'),
    act: (act: PhoneAct) => asked<object>('act', { method: 'POST', body: JSON.stringify(act) }),
  };
}
