/** The paths by which a format names a value inside JSON. */

const step = /\.(?:"(?:[^"\\]|\\.)*"|[^.[\]"]+)|\[(\d+)\]/gy;

const recordStep = /\.\*|\.(?:"(?:[^"\\]|\\.)*"|[^.[\]"*]+)|\[\*\]/gy;

/** `$.data[*].results[*]`, `data.*`: the steps to the rows of a document, keys unquoted behind their dot; null for anything else. `data` is short for `$.data`. */
export function recordSteps(path: string): readonly string[] | null {
  return stepsBy(recordStep, /^[$.[]/.test(path) ? path : `$.${path}`)?.map(unquoted) ?? null;
}

function unquoted(written: string): string {
  return written.startsWith('."') ? `.${String(JSON.parse(written.slice(1)))}` : written;
}

/** `$.a."b c"[0]`: the steps behind `$`, as written; null for anything else, such as wildcards. */
export function pathSteps(path: string): readonly string[] | null {
  return stepsBy(step, path);
}

function stepsBy(kind: RegExp, path: string): readonly string[] | null {
  if (!path.startsWith('$')) return null;
  const steps: string[] = [];
  kind.lastIndex = 1;
  while (kind.lastIndex < path.length) {
    const found = kind.exec(path);
    if (found === null) return null;
    steps.push(found[0]);
  }
  return steps;
}
