/** The arrows of ARCHITECTURE.md, kept: who may import whom, what core never touches, and no way around the types. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, 'dist');

/** What each folder may import; `tests/` and the tests beside the code may import everything. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  cards: ['core'],
  bots: ['cards', 'core'],
  connectors: ['cards', 'core'],
  server: ['bots', 'connectors', 'cards', 'core'],
  // A tool may use what tests are made with: it is no part of what runs.
  scripts: ['tests', 'server', 'bots', 'connectors', 'cards', 'core'],
  sandbox: [],
};
const folders = Object.keys(mayImport);

/** Core hears and speaks through its ports only. */
const foreignToCore =
  /^(node:)?(http|https|http2|tls|dgram)$|^@?koa\b|^(ws|undici|axios|raw-body|pino|prom-client|protobufjs)$|lark|feishu|dingtalk|wecom|wechat/i;

interface Source {
  file: string;
  text: string;
  imports: string[];
}

const comment = /\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/[^\n]*/g;
const imported =
  /(?:^|[\n;])\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/g;

function importsOf(text: string): string[] {
  return [...text.replace(comment, '').matchAll(imported)].map(
    (found) => found[1] ?? found[2] ?? found[3] ?? '',
  );
}

async function sources(base: string, folder: string, ending: '.ts' | '.js'): Promise<Source[]> {
  const names = await readdir(path.join(base, folder), { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(ending) && !name.includes('node_modules'));
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(path.join(base, folder, name), 'utf8');
      return { file: path.join(folder, name), text, imports: importsOf(text) };
    }),
  );
}

/** The file that a relative import means, from the root; undefined for a package. */
const targetOf = (source: Source, name: string): string | undefined =>
  name.startsWith('.') ? path.normalize(path.join(path.dirname(source.file), name)) : undefined;

/** Contracts are suites too, although each bot and connector runs them from its own tests. */
const isTest = ({ file }: Source): boolean => /\.test\.ts$|(^|\/)contract\.ts$/.test(file);

test('the imports are found', async () => {
  const text = `import a, { type B } from './a.js';\nimport type { C } from "./c.js";\nimport './d.js';
export * from './e.js';\nconst f = await import('./f.js'); // import g from './g.js'\n/* import './h.js' */`;
  assert.deepEqual(importsOf(text), ['./a.js', './c.js', './d.js', './e.js', './f.js']);
  const found = await sources(root, 'core', '.ts');
  assert.ok(found.length > 50 && found.some(({ imports }) => imports.length > 5));
});

test('arrows point one way: server → bots, connectors → cards → core, and the sandbox stands alone', async () => {
  const wrong: string[] = [];
  for (const folder of folders) {
    for (const source of await sources(root, folder, '.ts')) {
      if (isTest(source)) continue;
      for (const name of source.imports) {
        const target = targetOf(source, name);
        const [into = ''] = target?.split(path.sep) ?? [];
        if (target && into !== folder && !mayImport[folder]?.includes(into))
          wrong.push(`${source.file} → ${target}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('no bot and no connector imports another', async () => {
  const wrong: string[] = [];
  for (const folder of ['bots', 'connectors']) {
    for (const source of await sources(root, folder, '.ts')) {
      const [, own, ...inside] = source.file.split(path.sep);
      if (inside.length === 0) continue;
      for (const name of source.imports) {
        const [into, other, ...rest] = targetOf(source, name)?.split(path.sep) ?? [];
        if (into === folder && rest.length > 0 && other !== own) wrong.push(`${source.file} → ${name}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('core knows no platform, no channel and no HTTP', async () => {
  const wrong: string[] = [];
  for (const source of await sources(root, 'core', '.ts')) {
    if (isTest(source)) continue;
    for (const name of source.imports) if (foreignToCore.test(name)) wrong.push(`${source.file} → ${name}`);
  }
  assert.deepEqual(wrong, []);
});

test('even tests of the sandbox and of the product leave each other alone, but for those that are judged by it', async () => {
  const wrong: string[] = [];
  for (const source of await sources(root, 'sandbox', '.ts')) {
    for (const name of source.imports) {
      const [into = ''] = targetOf(source, name)?.split(path.sep) ?? [];
      if (into !== '' && into !== 'sandbox' && into !== 'tests') wrong.push(`${source.file} → ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('at run time no import of the product leads back to where it came from', async () => {
  for (const folder of ['core', 'cards', 'bots', 'connectors', 'server', 'sandbox']) {
    const graph = new Map<string, string[]>();
    for (const source of await sources(dist, folder, '.js')) {
      if (source.file.includes(`${path.sep}public${path.sep}`)) continue;
      graph.set(
        source.file,
        source.imports.flatMap((name) => targetOf(source, name) ?? []),
      );
    }
    assert.ok(graph.size > 3, folder);
    assert.deepEqual(cyclesIn(graph), [], folder);
  }
});

test('there is no way around the types', async () => {
  const around = /\bas\s+unknown\s+as\b|@ts-(ignore|nocheck)/;
  const anything = /(?:[:<|&,(=]|\bas|=>)\s*any\b(?:\[\])*\s*[;,)>=|&{}\]]/;
  /** A value may be called so: something that anything fits. */
  const namesAValue = /\bconst any\b/;
  const wrong: string[] = [];
  for (const folder of [...folders, 'tests']) {
    for (const { file, text } of await sources(root, folder, '.ts')) {
      if (file.endsWith('arrows.test.ts')) continue;
      for (const [index, line] of text.split('\n').entries()) {
        const isComment = /^\s*(\*|\/\/|\/\*)/.test(line);
        const isAny = !isComment && !namesAValue.test(text) && anything.test(`${line};`);
        if (isAny || around.test(line)) wrong.push(`${file}:${index + 1}: ${line.trim()}`);
      }
    }
  }
  assert.deepEqual(wrong, []);
});

/** Each way round that there is, once, as the files on it. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, way: string[]): void => {
    const begun = way.indexOf(file);
    if (begun >= 0) cycles.push([...way.slice(begun), file].join(' → '));
    if (begun >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...way, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
}
