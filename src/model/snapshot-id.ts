/** Ids of price snapshots, `<provider>/<date>[-n]`: whose list it is, and which comes first. */

export function providerOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

/** By provider and day, then number: `<date>-2` stands before `-10`. */
export function snapshotsInOrder<Value>(values: readonly Value[], idOf: (value: Value) => string): Value[] {
  return [...values].sort((a, b) => (orderKey(idOf(a)) < orderKey(idOf(b)) ? -1 : 1));
}

function orderKey(id: string): string {
  const [, day = id, number = '0'] = /^(.+\/\d{4}-\d{2}-\d{2})(?:-(\d+))?$/.exec(id) ?? [];
  return `${day}-${number.padStart(3, '0')}`;
}
