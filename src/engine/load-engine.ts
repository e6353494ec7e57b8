/** Loads the native engine from where it is, after its bytes were checked; once per process and folder. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { EngineMissing, type EngineChoice } from '../model/engine-place.ts';
import { reasonOf } from '../model/system-failure.ts';
import { engineModule } from './engine-packages.ts';
import { verifyEngine } from './verify-engine.ts';

export type Engine = typeof import('@duckdb/node-api');

const loaded = new Map<string, Engine>();

/** @throws EngineMissing */
export function loadEngine(choice: EngineChoice): Engine {
  if (choice.from === 'nowhere') throw new EngineMissing(choice);
  const known = loaded.get(choice.folder);
  if (known !== undefined) return known;
  const fault = verifyEngine(choice);
  if (fault !== null) throw new EngineMissing({ from: 'nowhere', ...fault, folder: choice.folder });
  try {
    const engine = createRequire(join(choice.folder, 'package.json'))(engineModule) as Engine;
    loaded.set(choice.folder, engine);
    return engine;
  } catch (error) {
    const detail = reasonOf(error);
    throw new EngineMissing({ from: 'nowhere', problem: 'not-loadable', detail, folder: choice.folder }, { cause: error });
  }
}
