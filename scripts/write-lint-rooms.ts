/** Writes the linter's rules about imports between rooms, from the list of rooms: `npm run rooms`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintRooms } from './lint-rooms.ts';

writeFileSync(join(import.meta.dirname, '..', '.oxlintrc.rooms.json'), lintRooms());
