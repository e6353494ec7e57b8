/** The paths at which a format looks into JSON: the objects on the way, and the arrays of which it reads single elements. */
import { type Format, pathSteps, type ValueSource } from '../../model/evidence.ts';

/** What is read inside one JSON text. */
export interface ReadPlaces {
  /** Paths of the values that a read path goes through, the whole first. */
  readonly parents: readonly string[];
  /** By path: how many elements of an array there are read, counted from the first; 0 = an array there is not read at all. */
  readonly elements: ReadonlyMap<string, number>;
}

/** What the format reads in the JSON of `column`. A column's first source that goes through an array decides which element counts. */
export function readPlaces(format: Format, column: string): ReadPlaces {
  const parents = new Set(['$']);
  const indexes = new Map<string, Set<number>>();
  for (const sources of sourceLists(format)) {
    const claimed = new Set<string>();
    for (const source of sources.filter((one) => one.column === column && one.path !== null)) {
      let at = '$';
      for (const one of pathSteps(source.path ?? '') ?? []) {
        parents.add(at);
        const known = indexes.get(at) ?? new Set<number>();
        if (one.startsWith('[') && !claimed.has(at)) {
          known.add(Number(one.slice(1, -1)));
          claimed.add(at);
        }
        indexes.set(at, known);
        at += one;
      }
    }
  }
  return { parents: [...parents], elements: new Map([...indexes].map(([path, known]) => [path, firstGap(known)])) };
}

function firstGap(indexes: ReadonlySet<number>): number {
  let next = 0;
  while (indexes.has(next)) next += 1;
  return next;
}

function sourceLists(format: Format): (readonly ValueSource[])[] {
  return [
    ...Object.values(format.columns),
    ...Object.values(format.added ?? {}),
    ...format.filter.map(({ source }) => [source]),
    ...format.inclusion.flatMap(({ when }) => (when === null ? [] : [[when.source]])),
  ];
}
