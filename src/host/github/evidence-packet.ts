/** Gathers what a judgement rests on into one folder for the artifact: results, reports, lines, manifests and the ledger's files. */
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { GateReport } from '../../model/gate.ts';
import { confine } from './workspace-path.ts';

export interface PacketPlan {
  readonly report: GateReport;
  readonly workspace: string;
  /** Absolute folder of the repository: the workspace, or a folder in it. */
  readonly checkout: string;
  /** Absolute path of gate.json; null when it could not be written. */
  readonly gateFile: string | null;
  /** An empty folder that is made for it. */
  readonly folder: string;
  readonly rawEvidence: 'included' | 'left-out';
  /** Folder in the workspace that holds evidence beside the ledgers; null = in them. */
  readonly evidenceRoot: string | null;
  /** Takes secrets out of documents; evidence and lines stay as they are. */
  readonly scrub: (text: string) => string;
}
export interface Packet {
  readonly folder: string;
  /** Absolute paths in it. */
  readonly files: readonly string[];
  /** What is named but cannot be had, or leads out of the workspace. */
  readonly missing: readonly string[];
}

interface Source {
  readonly path: string;
  /** Documents are scrubbed; data is what it is. */
  readonly kind: 'document' | 'data';
}

const results = ['result.json', 'report.md', 'page.html', 'noted-lines.parquet', 'lines.parquet', 'lines.csv', 'manifest.json'];
const manifestShape = z.looseObject({ inputs: z.array(z.looseObject({ name: z.string().max(1000), role: z.string() })) });
const longestDocument = 20_000_000;

export async function gatherPacket(plan: PacketPlan): Promise<Packet> {
  const wanted = new Map<string, Source | null>([['gate.json', plan.gateFile === null ? null : { path: plan.gateFile, kind: 'document' }]]);
  for (const ledger of plan.report.ledgers) {
    for (const period of ledger.periods) {
      if (period.folder !== null) await addPeriod(plan, wanted, ledger.path, period.folder, period.result.period.id);
    }
  }
  const files: string[] = [];
  const missing: string[] = [];
  for (const [name, source] of wanted) {
    if (source === null) missing.push(name);
    else files.push(await copyInto(join(plan.folder, name), source, plan.scrub));
  }
  return { folder: plan.folder, files, missing };
}

async function copyInto(target: string, { path, kind }: Source, scrub: (text: string) => string): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  if (kind === 'document' && (await stat(path)).size <= longestDocument) await writeFile(target, scrub(await readFile(path, 'utf8')));
  else await copyFile(path, target);
  return target;
}

/** The period's outputs, and what its manifest names; every path is held inside the workspace. */
async function addPeriod(plan: PacketPlan, wanted: Map<string, Source | null>, ledger: string, folder: string, id: string): Promise<void> {
  for (const name of results) {
    const path = await confine(plan.workspace, join(folder, name));
    if (path !== null) wanted.set(join(ledger, id, name), { path, kind: name.startsWith('lines.') ? 'data' : 'document' });
  }
  for (const { name, role } of await readManifest(plan.workspace, folder)) {
    // The record of a pull says what was asked and proved, and holds no row.
    if (role !== 'ledger' && role !== 'pull' && plan.rawEvidence === 'left-out') continue;
    const inside = name.split('/').filter((part) => part !== '..' && part !== '.' && part !== '');
    // Evidence beside the ledger is named from the folder of its period on.
    const beside = role === 'ledger' ? null : plan.evidenceRoot;
    const path = beside === null ? await confine(plan.checkout, join(ledger, name)) : await confine(plan.workspace, join(beside, name));
    const target = join(ledger, role === 'ledger' ? 'ledger' : 'evidence', ...inside);
    wanted.set(target, path === null ? null : { path, kind: role === 'ledger' ? 'document' : 'data' });
  }
}

async function readManifest(workspace: string, folder: string): Promise<readonly { readonly name: string; readonly role: string }[]> {
  const path = await confine(workspace, join(folder, 'manifest.json'));
  if (path === null || (await stat(path)).size > longestDocument) return [];
  const parsed = manifestShape.safeParse(JSON.parse(await readFile(path, 'utf8')));
  return parsed.success ? parsed.data.inputs : [];
}
