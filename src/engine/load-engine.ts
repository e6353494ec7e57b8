/** Loads the native engine from where it is, after its bytes were checked; once per process and folder. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type EngineChoice, EngineMissing, type EnginePlace } from '../model/engine-place.ts';
import { reasonOf } from '../model/system-failure.ts';
import { engineModule, enginePackages, type FoundPackage, nativePackages } from './engine-packages.ts';
import { enginePins } from './engine-pins.ts';
import { hashPackage } from './hash-package.ts';

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

/** What is wrong, as words for a detail; null when everything is as pinned. */
export interface EngineFault {
  readonly problem: 'absent' | 'altered';
  readonly detail: string;
}

/** Reads every byte of the engine, about 70 MB on Linux. */
export function verifyEngine(place: EnginePlace): EngineFault | null {
  const found = enginePackages(place.folder);
  const native = nativePackages();
  if (found.length === 0) return { problem: 'absent', detail: '' };
  if (!found.some(({ name }) => native.includes(name))) return { problem: 'absent', detail: native[0] ?? '' };
  for (const one of found) {
    const detail = differenceOf(one, place);
    if (detail !== null) return { problem: 'altered', detail };
  }
  return null;
}

/** The package, or the file of it, that is not as pinned. */
function differenceOf({ name, folder }: FoundPackage, place: EnginePlace): string | null {
  const pin = enginePins[name];
  if (pin === undefined) return name;
  if (name === 'detect-libc' && place.from === 'program') return null;
  const { libraries, others } = hashPackage(folder);
  const files = [...new Set([...Object.keys(pin.libraries), ...Object.keys(libraries)])].sort();
  const altered = files.find((file) => pin.libraries[file] !== libraries[file]);
  if (altered !== undefined) return `${name}/${altered}`;
  return others === pin.others ? null : name;
}
