import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startSandbox } from './sandbox.js';

/** The sandbox as a process; its options are in README.md. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
    world: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
if (!values.data || !Number.isInteger(port) || port < 0 || port > 65535) {
  console.error('usage: main.js --port N [--host 127.0.0.1] --data DIR [--world FILE.json] [--with-parent]');
  process.exit(2);
}

const world: unknown = values.world ? JSON.parse(readFileSync(values.world, 'utf8')) : undefined;
const sandbox = await startSandbox({
  dir: values.data,
  host: values.host,
  port,
  realNow: Date.now,
  random: () => randomBytes(16).toString('hex'),
  ...(world === undefined ? {} : { world }),
  say: (line) => console.error(line),
});
console.log(JSON.stringify({ ready: true, url: sandbox.url }));

const stop = () => void sandbox.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (values['with-parent']) {
  process.stdin.once('end', stop).once('close', stop).resume();
  process.once('disconnect', stop);
}
