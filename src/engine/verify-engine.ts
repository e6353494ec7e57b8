/** Holds the engine's packages against the digests that the source pins, before any of their code runs. */
import type { EnginePlace } from '../model/engine-place.ts';
import { enginePackages, nativePackages, type FoundPackage } from './engine-packages.ts';
import { enginePins } from './engine-pins.ts';
import { hashPackage } from './hash-package.ts';

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
