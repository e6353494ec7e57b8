/** The rooms of the house: each forbidden import, planted, is refused by the linter, and no import of the house goes against the list. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lintRooms } from '../scripts/lint-rooms.ts';
import { entries, rooms, ruleOf } from '../scripts/rooms.ts';

const root = join(import.meta.dirname, '..');
const names = Object.keys(rooms);

/** `file:line` of what the linter says of these files, in a folder with the linter's files of the house. */
function complaints(files: ReadonlyMap<string, readonly string[]>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'trueup-rooms-'));
  try {
    for (const name of ['.oxlintrc.json', '.oxlintrc.rooms.json']) copyFileSync(join(root, name), join(folder, name));
    for (const [name, lines] of files) {
      mkdirSync(join(folder, posix.dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    }
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['--format=unix', '--disable-nested-config'], { cwd: folder, encoding: 'utf8' });
    const said = [...stdout.matchAll(/^(\S+:\d+):\d+: (.*(?:no-restricted-imports|no-cycle).*)$/gm)];
    return new Map(said.map(([, place = '', text = '']) => [place, text]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each way to import, of its own line in a file of the room, directly below it and one folder deeper. */
function planted(room: string, other: string): readonly (readonly [string, readonly string[]])[] {
  const lines = (up: string): string[] => [
    `import { one } from '${up}${other}/one.ts';`,
    `import type { Two } from '${up}${other}/deep/two.ts';`,
    `export { three } from '${up}${other}/three.ts';`,
  ];
  return [
    [`src/${room}/plant-${other}.ts`, lines('../')],
    [`src/${room}/deep/plant-${other}.ts`, lines('../../')],
  ];
}

describe('imports between rooms', () => {
  const pairs = names.flatMap((room) => names.filter((other) => other !== room).map((other) => [room, other] as const));
  const found = complaints(new Map(pairs.flatMap(([room, other]) => planted(room, other))));
  const refused = (room: string, other: string): boolean[] =>
    planted(room, other).flatMap(([file, lines]) => lines.map((_, index) => found.get(`${file}:${index + 1}`)?.includes('no-restricted-imports') === true));

  it.each(pairs.filter(([room, other]) => !ruleOf(room).imports.includes(other)))('%s may not import %s', (room, other) => {
    expect(refused(room, other)).toEqual([true, true, true, true, true, true]);
  });

  it('lets every allowed one through', () => {
    expect(pairs.filter(([room, other]) => ruleOf(room).imports.includes(other) && refused(room, other).some(Boolean))).toEqual([]);
  });

  it('nobody imports an entry, and each room only its packages', () => {
    const lines = [
      ...entries.map((entry) => `import { ${entry} } from '../${entry}.ts';`),
      "import { DuckDBInstance } from '@duckdb/node-api';",
      "import type { A } from 'octokit';",
    ];
    const files = new Map(names.map((room) => [`src/${room}/plant.ts`, lines]));
    const said = complaints(files);
    const missed = names.flatMap((room) => lines.map((line, index) => ({ room, line, said: said.has(`src/${room}/plant.ts:${index + 1}`) })));
    expect(missed.filter(({ said: isSaid }) => !isSaid).map(({ room, line }) => `${room} ${line}`)).toEqual([
      "engine import { DuckDBInstance } from '@duckdb/node-api';",
    ]);
  });

  it('refuses a circle, also one of types alone', () => {
    const said = complaints(
      new Map([
        ['src/model/one.ts', ["import type { Two } from './two.ts';", 'export interface One {', '  readonly two: Two;', '}']],
        ['src/model/two.ts', ["import type { One } from './one.ts';", 'export interface Two {', '  readonly one: One;', '}']],
      ]),
    );
    expect(said.get('src/model/one.ts:1')).toContain('no-cycle');
  });

  it('the linter has the rules of the list', () => {
    expect(readFileSync(join(root, '.oxlintrc.rooms.json'), 'utf8')).toBe(lintRooms());
  });
});

describe('src/', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'src'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(root, file)));
  const roomOf = (file: string): string => (file.split('/')[1] ?? '').replace(/\.ts$/, '');

  it('every file is in a room', () => {
    expect(files.filter((file) => rooms[roomOf(file)] === undefined)).toEqual([]);
    expect(files.filter((file) => file.split('/').length === 2)).toEqual(entries.map((entry) => `src/${entry}.ts`).toSorted());
  });

  // The linter does not see what is imported while the program runs.
  it('no import goes against the list, those made at run time included', () => {
    const against = files.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g)]
        .map(([, name = '']) => roomOf(posix.join(posix.dirname(file), name)))
        .filter((other) => other !== roomOf(file) && !ruleOf(roomOf(file)).imports.includes(other))
        .map((other) => `${file} imports ${other}`),
    );
    expect(against).toEqual([]);
  });
});
