/** The rules of the house that no linter sees: documents that say what is there, words in their rooms, nothing of a machine in a file. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { callCli } from './e2e/call-cli.ts';
import { findingCodes } from '../src/model/finding.ts';
import { toolVersion } from '../src/model/tool-version.ts';

const root = join(import.meta.dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
/** What git tracks and what is new and not ignored, as far as it is there. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((name) => name !== '' && existsSync(join(root, name)));
const sources = files.filter((name) => name.startsWith('src/') && name.endsWith('.ts'));
const documents = files.filter((name) => name.endsWith('.md') && !name.startsWith('test/scenarios/'));
const manifest = JSON.parse(read('package.json')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** `file:line: text` of every line that matches. */
function linesLike(names: readonly string[], pattern: RegExp): string[] {
  return names.flatMap((name) =>
    read(name)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${name}:${index + 1}: ${line.trim().slice(0, 160)}`] : [])),
  );
}

describe('finding codes', () => {
  const scenarios = readdirSync(join(root, 'test/scenarios'));
  const table = read('docs/findings.md');

  /** Codes that no ledger brings about, and the test that does. */
  const withoutScenario: Readonly<Record<string, string>> = {
    'evidence-contains-secret': 'test/e2e/controls/freeze.test.ts',
    'closed-file-changed': 'test/e2e/controls/chain.test.ts',
    'close-not-rerun': 'test/e2e/controls/chain.test.ts',
    'result-changed': 'test/unit/period/check-close.test.ts',
    'ledger-removed': 'test/e2e/gate.test.ts',
    'period-removed': 'test/e2e/gate.test.ts',
    'base-unreadable': 'test/e2e/gate.test.ts',
    'rules-loosened': 'test/e2e/gate-rules.test.ts',
    'rules-changed': 'test/e2e/gate-rules.test.ts',
    'new-period-terms': 'test/e2e/gate-new-period.test.ts',
    'snapshot-changed': 'test/e2e/history/check-history.test.ts',
    'mapping-removed': 'test/e2e/history/check-history.test.ts',
    'contract-removed': 'test/e2e/history/check-history.test.ts',
    'approval-not-found': 'test/unit/policy/judge-approval.test.ts',
    segregation: 'test/unit/policy/judge-approval.test.ts',
    'cross-foot': 'test/unit/policy/judge.test.ts',
  };

  it('each has a scenario', () => {
    const missing = findingCodes.filter((code) => !scenarios.some((name) => name === code || name.startsWith(`${code}-`)));
    expect(missing).toEqual(Object.keys(withoutScenario));
    expect(missing.filter((code) => !read(withoutScenario[code] ?? '').includes(`'${code}'`))).toEqual([]);
  });

  it('each has a row in docs/findings.md', () => {
    expect(findingCodes.filter((code) => !table.includes(`\n| \`${code}\``))).toEqual([]);
  });
});

describe('src/', () => {
  it('each file opens with a sentence on its job', () => {
    const opening = /^(?:#!.*\n)?\/\*\*\s(?:[^*]|\*(?!\/)){15,}?[.:]\s*\*?[^]*?\*\//;
    expect(sources.filter((name) => !opening.test(read(name)))).toEqual([]);
  });

  it('each relation of the engine is used', () => {
    const used = sources.map(read).join('\n');
    const relations = sources.filter((name) => name.startsWith('src/engine/relations/')).map((name) => name.slice(name.lastIndexOf('/') + 1));
    expect(relations.length).toBeGreaterThan(0);
    expect(relations.filter((name) => !used.includes(`/${name}'`))).toEqual([]);
  });

  it('where the files of a ledger lie stands in one table', () => {
    // Words for people may name a file: sentences, descriptions of shapes, what a new ledger and a drill explain.
    const worded =
      /^src\/(?:model\/layout\.ts|report\/wording\/|ledger\/kinds\/|ledger\/new\/|drills\/drill-plans\.ts|drills\/scaffold-drill\.ts|policy\/judge-drill\.ts)/;
    const path = /['`/](?:trueup|models|contract|period|invoice|exceptions|drill)\.yaml['`/]|evidence\.lock['`]|['`](?:prices|formats|periods|drills)\//;
    const found = linesLike(
      sources.filter((name) => !worded.test(name)),
      path,
    );
    expect(found.filter((line) => !/: (?:\/\*)?\*\*? |: \/\/ /.test(line))).toEqual([]);
  });

  it('no clock, environment variable or chance below the entries', () => {
    const entries = ['src/cli.ts', 'src/action.ts'];
    // Parsing and writing dates is not reading a clock.
    const below = sources.filter((name) => !entries.includes(name) && name !== 'src/model/instant.ts');
    expect(linesLike(below, /process\.env|Date\.now|new Date\(|performance\.now|hrtime|Math\.random|randomUUID/)).toEqual([]);
    expect(linesLike(['src/model/instant.ts'], /Date\.now|new Date\(\)/)).toEqual([]);
  });

  it('no network', () => {
    const silent = sources.filter((name) => !name.startsWith('src/host/github/'));
    expect(linesLike(silent, /'(?:node:)?(?:http|https|http2|net|tls|dgram|dns)(?:\/\w+)?'|'@(?:actions|octokit)\/|\bfetch\(/)).toEqual([]);
  });

  it('no shell', () => {
    expect(linesLike(sources, /\bexec(?:Sync)?\('|shell: true/)).toEqual([]);
  });

  it('no text is called SQL outside of src/engine/sql.ts', () => {
    // The types hold the rest: the database takes nothing but `Sql`, and its makers no bare string.
    const claims = /\bas\b[^`'"(]*\bSql\b|\bis (?:readonly )?Sql\b|<Sql(?:\[\])?>\s*[\w`'"(]/;
    const own = 'src/engine/sql.ts';
    expect(
      linesLike(
        sources.filter((name) => name !== own),
        claims,
      ),
    ).toEqual([]);
    expect(linesLike([own], claims).length).toBeGreaterThan(0);
  });

  it('nothing unfinished and no way around the types', () => {
    expect(linesLike(sources, /\b(?:TODO|FIXME|XXX)\b|not implemented|\bas any\b|@ts-ignore|@ts-expect-error/)).toEqual(
      // The words themselves, where placeholders are recognised.
      linesLike(['src/model/placeholder.ts'], /\bTODO\b/),
    );
  });
});

describe('statements', () => {
  it('leave no table to one connection: another may be handed the next statement', () => {
    expect(linesLike(sources, /\btemp(?:orary)? (?:table|view|macro|sequence)\b/i)).toEqual([]);
    expect(linesLike(sources, /\b(?:begin transaction|set variable|prepare )\b/i)).toEqual([]);
  });
});

describe('money', () => {
  /** Decimal's own `toFixed` writes plain notation; it rounds only when digits are named. Each file says why it may. */
  const decimalToFixed: Readonly<Record<string, string>> = {
    'src/model/money.ts': 'the one written form, and whole scaled units',
    'src/report/show-money.ts': 'names its rounding; the exact amount stands beside it',
    'src/engine/reconcile-rows.ts': 'whole scaled units',
    'src/engine/line-rows.ts': 'every digit, no argument',
    'src/engine/share-exceptions.ts': 'whole scaled units',
    'src/policy/rules.ts': 'hours and minutes',
  };

  it('is never a binary float', () => {
    expect(linesLike(sources, /parseFloat|\btoNumber\(|::(?:double|float|real)\b/)).toEqual([]);
    expect(linesLike(sources, /\bNumber\([^)]*(?:amount|price|cost|money|charged|total|ratio|quantum)/i)).toEqual([]);
    expect(
      linesLike(
        sources.filter((name) => name !== 'src/cli.ts'),
        /Math\.round/,
      ),
    ).toEqual([]);
  });

  it('is written by model/money.ts', () => {
    expect(
      linesLike(
        sources.filter((name) => decimalToFixed[name] === undefined),
        /toFixed\(/,
      ),
    ).toEqual([]);
    expect(Object.keys(decimalToFixed).filter((name) => !existsSync(join(root, name)) || !read(name).includes('toFixed('))).toEqual([]);
  });
});

describe('tests', () => {
  it('none is skipped, focused or only planned', () => {
    const tests = files.filter((name) => name.startsWith('test/') && name.endsWith('.ts'));
    expect(linesLike(tests, /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/)).toEqual([]);
  });
});

describe('package.json', () => {
  it('pins every version exactly', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('has the version that the tool states', () => {
    expect(toolVersion).toBe(manifest.version);
  });
});

describe('tracked files', () => {
  it('name no place of a machine and no registry', () => {
    // The engine's lock file says where its packages lie, for machines without npm.
    const mayName = ['test/tidy.test.ts', 'engine/package-lock.json'];
    const own = files.filter((name) => !/\.(?:gz|zst|parquet|png)$/.test(name) && !mayName.includes(name) && !/^dist\/\d+\.index\.js$/.test(name));
    expect(linesLike(own, /(?:^|[\s'"`(=:])\/(?:work|root|home|Users|tmp)\/\w|[A-Z]:\\Users\\|\/\/registry\.|registry\.npmjs|"resolved":/)).toEqual([]);
  });
});

describe('engine/package-lock.json', () => {
  it('names the public address and the hash of every package', () => {
    const lock = JSON.parse(read('engine/package-lock.json')) as { readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.length).toBeGreaterThan(10);
    for (const [path, { version, resolved, integrity }] of packages) {
      const name = path.replace('node_modules/', '');
      expect(resolved).toBe(`https://registry.npmjs.org/${name}/-/${name.split('/').at(-1)}-${String(version)}.tgz`);
      expect(integrity).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    }
  });
});

describe('documents', () => {
  it('name only commands of package.json and scripts that exist', () => {
    const named = documents.flatMap((name) =>
      [...read(name).matchAll(/(?:^|`|&& )npm (?:run )?(?:-s |--silent )?([a-z][\w:-]*)/gm)].map((match) => match[1] ?? ''),
    );
    const npmOwn = ['audit', 'ci', 'install', 'i', 'exec', 'pack', 'publish', 'run'];
    expect([...new Set(named)].filter((command) => !npmOwn.includes(command) && manifest.scripts[command] === undefined)).toEqual([]);
    const run = documents.flatMap((name) => [...read(name).matchAll(/\btsx ([\w./-]+\.ts)/g)].map((match) => match[1] ?? ''));
    expect([...new Set(run)].filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  it('link only to files that exist', () => {
    const broken = documents.flatMap((name) =>
      [...read(name).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(root, name, '..', target)))
        .map((target) => `${name}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('ARCHITECTURE.md names only folders and files that exist, and every room', () => {
    const text = read('ARCHITECTURE.md');
    const named = [...text.matchAll(/`([\w.@-]+\/[\w./@-]*)`/g)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('@'));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    const rooms = [...new Set(sources.map((name) => /^src\/[^/]+\/?/.exec(name)?.[0] ?? name))];
    expect(rooms.filter((room) => !named.includes(room))).toEqual([]);
  });
});

describe('README.md', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-tidy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const said = new Map<string, string>();
  /** In this process, and once for the same words: every command is asked for its help twice. */
  async function trueup(...words: readonly string[]): Promise<string> {
    const text = said.get(words.join(' ')) ?? (await callCli(folder, words)).stdout;
    said.set(words.join(' '), text);
    return text;
  }
  /** Command with its arguments → its options, from the table. */
  const documented = new Map(
    [...read('README.md').matchAll(/^\| `trueup ([^`]+)` \|.*\| ([^|]*) \|$/gm)].map((row) => [
      row[1] ?? '',
      [...(row[2] ?? '').matchAll(/`(--[^`]+)`/g)].map((option) => option[1] ?? ''),
    ]),
  );
  /** Said once above the table; but for the commands that the sentence names, each has them. */
  const common = ['--json', '--quiet', '--verbose'];
  const sentence = /^Every command but (.*) takes `--json` .* `--quiet` .* `--verbose` .* as well\.$/m.exec(read('README.md'))?.[1] ?? '';
  const without = [...sentence.matchAll(/`([a-z ]+)`/g)].map((match) => match[1] ?? '');
  /** In the order of the help; of a command that only holds others, those. */
  const commandsBelow = async (path: readonly string[]): Promise<string[]> => {
    const named = (/^Commands:\n([^]*)/m.exec(await trueup(...path, '--help'))?.[1] ?? '').matchAll(/^ {2}([a-z]+) /gm);
    const below = [...named].map((match) => match[1] ?? '').filter((name) => name !== 'help');
    if (below.length === 0) return [path.join(' ')];
    const all: string[] = [];
    for (const name of below) all.push(...(await commandsBelow([...path, name])));
    return all;
  };
  const commands = await commandsBelow([]);

  it('lists the commands that there are', () => {
    expect([...documented.keys()].map((usage) => usage.replace(/ [<[].*/, ''))).toEqual(commands);
  });

  it.each(commands)('lists the arguments and options of %s', async (command) => {
    const text = await trueup(...command.split(' '), '--help');
    const usage = /^Usage: trueup (.*)$/m.exec(text)?.[1]?.replace(' [options]', '') ?? '';
    const options = [...text.matchAll(/^ {2}(--[a-z-]+(?: <[a-z.]+>)?)/gm)].map((match) => match[1] ?? '');
    expect([...(documented.get(usage) ?? []), ...(without.includes(command) ? [] : common)]).toEqual(options);
  });

  it('shows what the demo prints', async () => {
    const ledger = join(root, 'examples/cometapi');
    const text = await trueup('reconcile', '2026-05', '--ledger', ledger, '--as-of', '2026-06-15', '--fail-on', 'never', '--out', 'out');
    const printed = text.split('\n');
    const shown = /```text\n([^]*?)```/.exec(read('README.md'))?.[1]?.split('\n') ?? [];
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((line) => !printed.includes(line))).toEqual([]);
  });
});
