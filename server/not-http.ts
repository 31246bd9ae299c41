import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';

const answers: Record<string, [status: number, reason: string, message: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'Payload Too Large', 'The chunk extensions are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long.'],
};
const broken: [number, string, string] = [400, 'Bad Request', 'This is not a request that HTTP allows.'];

/** What the HTTP parser refuses is answered like everything else, in JSON, and its connection is closed. */
export function refuseWhatIsNotHttp(server: Server): void {
  server.on('clientError', (error, duplex) => {
    const code = 'code' in error ? String(error.code) : '';
    if (code === 'ECONNRESET' || !duplex.writable) return void duplex.destroy();
    const [status, reason, message] = answers[code] ?? broken;
    endWithJson(duplex, status, reason, message);
  });
}

/** Answers by hand where there is no response to answer with. */
export function endWithJson(duplex: Duplex, status: number, reason: string, message: string): void {
  const body = JSON.stringify({ error: { message } });
  const head = [
    `HTTP/1.1 ${status} ${reason}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  duplex.once('finish', () => duplex.destroy());
  duplex.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
