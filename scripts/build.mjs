/**
 * Builds `dist/`: every TypeScript file transpiled one to one (types are checked by `npm run types`, not here), the
 * files that code reads beside itself copied along, and the browser bundles. It takes about a second and is skipped when
 * nothing has changed, so every command runs it and a stale `dist/` cannot be started. What is built appears at once, by a
 * rename, since another command may be running from the folder.
 *
 * Browser code lives in a folder named `browser`: each file directly in it is bundled and minified into the `public`
 * folder beside it (`connectors/web/browser/widget.ts` → `dist/connectors/web/public/widget.js`).
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['bots', 'cards', 'connectors', 'core', 'sandbox', 'scripts', 'server', 'tests'];
const copied = /\.(json|sql|html|css|svg|png|jpg|md|eml)$/;

const files = [];
for (const folder of folders) {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  for (const entry of entries) {
    if (entry.isFile())
      files.push(path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)));
  }
}
const isTypeScript = (file) => file.endsWith('.ts') && !file.endsWith('.d.ts');
const isBrowser = (file) => file.split(path.sep).includes('browser');
const isBrowserEntry = (file) => path.basename(path.dirname(file)) === 'browser';
const isTest = (file) => file.endsWith('.test.ts');

const outdir = path.join(root, 'dist');
const stampFile = 'built-from';
const stamp = await stampOf([...files, 'scripts/build.mjs', 'package-lock.json']);
if ((await stampIn(outdir)) !== stamp) {
  const fresh = path.join(root, `dist.${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  await buildInto(fresh);
  await writeFile(path.join(fresh, stampFile), stamp);
  await putInPlace(fresh);
}

/** What the build would be made from: it changes whenever a file is touched, added or taken away. */
async function stampOf(sources) {
  const hash = createHash('sha256');
  for (const file of [...sources].sort()) {
    const { mtimeMs, size } = await stat(path.join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function stampIn(folder) {
  return readFile(path.join(folder, stampFile), 'utf8').catch(() => undefined);
}

/** Of several builds at once the first to finish is kept, if it is of the same sources. */
async function putInPlace(fresh) {
  const old = `${fresh}.old`;
  await rename(outdir, old).catch(() => {});
  try {
    await rename(fresh, outdir);
  } catch (error) {
    if ((await stampIn(outdir)) !== stamp) throw error;
    await rm(fresh, { recursive: true, force: true });
  }
  await rm(old, { recursive: true, force: true });
}

async function buildInto(folder) {
  const { build } = await import('esbuild');
  await Promise.all([
    build({
      absWorkingDir: root,
      entryPoints: files.filter((file) => isTypeScript(file) && (!isBrowser(file) || isTest(file))),
      outbase: '.',
      outdir: folder,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      sourcemap: true,
      logLevel: 'warning',
    }),
    ...files
      .filter((file) => isTypeScript(file) && isBrowserEntry(file) && !isTest(file))
      .map((file) =>
        build({
          absWorkingDir: root,
          entryPoints: [file],
          outfile: path.join(
            folder,
            path.dirname(path.dirname(file)),
            'public',
            path.basename(file).replace(/ts$/, 'js'),
          ),
          bundle: true,
          minify: true,
          platform: 'browser',
          format: 'iife',
          target: 'es2020',
          loader: { '.css': 'text', '.svg': 'text' },
          logLevel: 'warning',
        }),
      ),
    ...files
      .filter((file) => copied.test(file))
      .map(async (file) => {
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await cp(path.join(root, file), path.join(folder, file));
      }),
  ]);
}
