/**
 * The rooms of the house, from the entries down: which other rooms and which packages each may import, types included. The one list of it:
 * the linter's rules (`npm run rooms`) and the tests of the house are made of it.
 */

export interface Room {
  /** Rooms below `src/`; a folder within another room that has rules of its own stands with its path. */
  readonly imports: readonly string[];
  /** Packages by name; `node:` stands for all of Node's own modules. */
  readonly packages: readonly string[];
}

/** An entry file of `src/` has the rules of the room of its name. */
export const rooms: Readonly<Record<string, Room>> = {
  cli: { imports: ['gate', 'drills', 'period', 'ledger', 'capture', 'engine', 'policy', 'report', 'host', 'model'], packages: ['node:', 'commander'] },
  action: { imports: ['gate', 'period', 'ledger', 'engine', 'report', 'host', 'model'], packages: ['node:'] },
  gate: { imports: ['period', 'ledger', 'policy', 'report', 'host', 'model'], packages: ['node:'] },
  drills: { imports: ['period', 'ledger', 'evidence', 'engine', 'policy', 'host', 'model'], packages: ['node:', 'fzstd', 'yaml'] },
  period: { imports: ['ledger', 'capture', 'evidence', 'engine', 'policy', 'report', 'host', 'model'], packages: ['node:'] },
  ledger: { imports: ['model'], packages: ['node:', 'yaml', 'zod'] },
  capture: { imports: ['model'], packages: ['node:', 'parse5'] },
  evidence: { imports: ['model'], packages: ['node:', 'fzstd'] },
  engine: { imports: ['model'], packages: ['node:', '@duckdb/node-api'] },
  policy: { imports: ['model'], packages: [] },
  report: { imports: ['model'], packages: ['node:', 'fflate', 'string-width', 'wrap-ansi', 'zod'] },
  host: {
    imports: ['model'],
    packages: [
      'node:',
      '@actions/artifact',
      '@actions/core',
      '@actions/github/lib/utils',
      '@actions/http-client',
      '@octokit/core',
      '@octokit/plugin-retry',
      '@octokit/plugin-throttling',
      '@octokit/types',
      'bottleneck/light.js',
      'tar-stream',
      'zod',
    ],
  },
  model: { imports: [], packages: ['node:crypto', 'node:os', 'node:path', 'node:process', 'decimal.js', 'zod'] },
};

/** The entries: nobody imports them. */
export const entries: readonly string[] = ['cli', 'action'];

/** One of the linter's patterns over the text between an import's quotes. Its regular expressions know no lookahead, its globs know exceptions. */
type Pattern = ({ readonly regex: string } | { readonly group: readonly string[] }) & { readonly message: string };

/** What an import in this room may not say. */
export function forbiddenImports(room: string): readonly Pattern[] {
  const { imports, packages } = ruleOf(room);
  const others = Object.keys(rooms).filter((other) => other !== room && !imports.includes(other));
  const below = imports.length === 0 ? 'no other room' : imports.join(', ');
  return [
    { regex: `^(\\./|(\\.\\./)+)((${others.join('|')})/|(${entries.join('|')})\\.ts$)`, message: `${room}/ imports ${below}.` },
    { group: ['**', '!./**', '!../**', ...packages.flatMap(exceptionsOf)], message: `${room}/ uses ${packages.join(', ') || 'no package'}.` },
  ];
}

export function ruleOf(room: string): Room {
  const rule = rooms[room];
  if (rule === undefined) throw new Error(`There is no room ${room}; there are ${Object.keys(rooms).join(', ')}.`);
  return rule;
}

function exceptionsOf(name: string): string[] {
  return name === 'node:' ? ['!node:*', '!node:*/*'] : [`!${name}`];
}
