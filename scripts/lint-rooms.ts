/** The linter's rules about imports between rooms, as the text of its file. */
import { entries, forbiddenImports, rooms } from './rooms.ts';

export function lintRooms(): string {
  const overrides = Object.keys(rooms).map((room) => ({
    files: [`src/${room}/**`, ...(entries.includes(room) ? [`src/${room}.ts`] : [])],
    rules: { 'no-restricted-imports': ['error', { patterns: forbiddenImports(room) }] },
  }));
  return `${JSON.stringify({ overrides }, null, 2)}\n`;
}
