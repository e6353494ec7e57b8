/** Keeps a hostile file from drowning everything else in findings, without losing count of them. */
import type { Finding } from '../model/finding.ts';

/** Findings of one code in one file that are kept one by one. */
const maxAlike = 1000;

/** Findings in their order; of those beyond the limit the first stays, with the count of all that it stands for. */
export function boundFindings(findings: readonly Finding[]): Finding[] {
  const alike = new Map<string, number>();
  const kept: Finding[] = [];
  const standing = new Map<string, number>();
  for (const found of findings) {
    const key = `${found.code} ${found.severity} ${found.source?.file}`;
    const before = alike.get(key) ?? 0;
    alike.set(key, before + 1);
    if (before === maxAlike) standing.set(key, kept.length);
    if (before <= maxAlike) kept.push(found);
    else count(kept, standing.get(key), found);
  }
  return kept;
}

function count(kept: Finding[], index: number | undefined, found: Finding): void {
  const last = index === undefined ? undefined : kept[index];
  if (index === undefined || last === undefined) return;
  // The amount is that of one place only; a sum would claim more than was said.
  kept[index] = { ...last, count: last.count + found.count };
}
