/** Before the runs: is there an act, and a Node of the kind that action.yml names? What there is not is said in one line, as every check says it. */
import type { TestProject } from 'vitest/node';
import { findNode24 } from '../action/node-24.ts';
import { findAct, type FoundAct } from './find-act.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly act: FoundAct;
    /** The Node that the runner finds on its PATH. */
    readonly node: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const act = await findAct();
  if (act.path === null) say(`the workflows under act, which cannot be had here: ${act.reason}`);
  project.provide('act', act);
  if (act.path === null) {
    project.provide('node', process.execPath);
    return () => undefined;
  }
  const node = findNode24();
  if (node.path === null) say(`the workflows under act on Node 24, which cannot be had here (they run on ${process.version}): ${node.reason}`);
  project.provide('node', node.path ?? process.execPath);
  return node.remove;
}

function say(what: string): void {
  process.stdout.write(`not checked: ${what}\n`);
}
