/**
 * Cuts GitHub's published descriptions down to the operations that the source names, with everything that these refer to: `npm run github-description`.
 * The package that holds them unpacks to 400 MB, which nobody should have to install to run a test.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { described, descriptionFolder } from '../test/e2e/github-server/openapi.ts';
import { routesInSource } from '../test/e2e/github-server/routes-in-source.ts';

const published = '@octokit/openapi@23.0.2';

type Json = { readonly [key: string]: unknown };

const place = mkdtempSync(join(tmpdir(), 'trueup-github-'));
try {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent', published], { cwd: place, encoding: 'utf8' })) as { filename: string }[];
  const wanted = described.map((name) => `package/generated/${name}.json`);
  execFileSync('tar', ['-xzf', packed?.filename ?? '', ...wanted], { cwd: place });
  mkdirSync(descriptionFolder, { recursive: true });
  for (const name of described) {
    const whole = JSON.parse(readFileSync(join(place, `package/generated/${name}.json`), 'utf8')) as Json;
    writeFileSync(join(descriptionFolder, `${name}.json`), `${JSON.stringify(cut(whole, routesInSource()), null, 1)}\n`);
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** The same document with these operations alone, and the components that they and each other refer to. */
function cut(document: Json, routes: readonly string[]): Json {
  const all = document['paths'] as Readonly<Record<string, Json>>;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const [method = '', path = ''] = route.split(' ');
    const operation = all[path]?.[method.toLowerCase()];
    if (operation !== undefined) (paths[path] ??= {})[method.toLowerCase()] = operation;
  }
  const components: Record<string, Record<string, unknown>> = {};
  const follow = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) {
      if (key === '$ref' && typeof each === 'string') include(each);
      else follow(each);
    }
  };
  const include = (reference: string): void => {
    const [, , kind = '', name = ''] = reference.split('/');
    if (components[kind]?.[name] !== undefined) return;
    const found = (document['components'] as Readonly<Record<string, Json>>)[kind]?.[name];
    (components[kind] ??= {})[name] = found;
    follow(found);
  };
  follow(paths);
  // Every error may have this shape, whether an operation names it or not.
  include('#/components/schemas/basic-error');
  return { openapi: document['openapi'], info: document['info'], 'x-published-in': published, paths, components };
}
