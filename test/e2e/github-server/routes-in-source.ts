/** The operations that the source names, as GitHub writes them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, '../../../src');

/** `METHOD /path/{value}`, sorted; GraphQL is no operation of the description. */
export function routesInSource(): string[] {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const named = files.flatMap((name) => [...readFileSync(join(source, name), 'utf8').matchAll(/'((?:GET|POST|PUT|PATCH|DELETE) \/[^']*)'/g)]);
  return [...new Set(named.map((match) => match[1] ?? ''))].filter((route) => route !== 'POST /graphql').sort();
}
