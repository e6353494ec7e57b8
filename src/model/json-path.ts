/** The paths by which a format names a value inside JSON. */

const step = /\.(?:"(?:[^"\\]|\\.)*"|[^.[\]"]+)|\[(\d+)\]/gy;

/** `$.a."b c"[0]`: the steps behind `$`, as written; null for anything else, such as wildcards. */
export function pathSteps(path: string): readonly string[] | null {
  if (!path.startsWith('$')) return null;
  const steps: string[] = [];
  step.lastIndex = 1;
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return null;
    steps.push(found[0]);
  }
  return steps;
}
