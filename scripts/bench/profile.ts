import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What V8's profiler writes: a tree of functions, and which of them was running at each sample. */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export interface SelfTime {
  name: string;
  /** Of all the time in which something ran; idling is not counted. */
  share: number;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where code comes from, as far as it matters: a package, a folder of ours, or Node itself. */
export function placeOf(url: string): string {
  if (url === '') return 'native';
  if (url.startsWith('node:')) return url.split('/')[0] ?? url;
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(file)?.[1];
  if (inPackage) return inPackage;
  return path.relative(root, file).split(path.sep).slice(0, 2).join('/');
}

/** Where the time of a profile went, most first: by place, and by function. Throws for what is no profile. */
export function selfTimes(text: string): { places: SelfTime[]; functions: SelfTime[] } {
  const { nodes, samples, timeDeltas } = profileSchema.parse(JSON.parse(text));
  const spent = new Map<number, number>();
  for (const [at, id] of samples.entries())
    spent.set(id, (spent.get(id) ?? 0) + Math.max(0, timeDeltas[at + 1] ?? 0));
  const places = new Map<string, number>();
  const functions = new Map<string, number>();
  let all = 0;
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const time = spent.get(id) ?? 0;
    if (time === 0 || functionName === '(idle)' || functionName === '(program)') continue;
    all += time;
    const isOfV8 = functionName.startsWith('(');
    const place = isOfV8 ? functionName : placeOf(url);
    const where = url === '' ? '' : ` ${path.basename(url)}:${lineNumber + 1}`;
    const name = isOfV8 ? functionName : `${functionName || 'anonymous'} (${place}${where})`;
    places.set(place, (places.get(place) ?? 0) + time);
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const sorted = (of: Map<string, number>): SelfTime[] =>
    [...of]
      .map(([name, time]) => ({ name, share: time / Math.max(1, all) }))
      .sort((one, other) => other.share - one.share);
  return { places: sorted(places), functions: sorted(functions) };
}
