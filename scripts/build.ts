/** Writes dist/: `npm run build`. */
import { join } from 'node:path';
import { bundle } from './build/bundle.ts';

bundle(join(import.meta.dirname, '..', 'dist'));
