import { type Agent, request } from 'node:http';

/** One request over a connection that stays open. @throws when it is not answered with 200 */
export function post(to: string | URL, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asked = request(to, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`it was answered ${answer.statusCode}`)),
      );
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
