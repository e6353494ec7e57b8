/** Rules on the model mapping table. */
import type { LedgerDraft } from '../draft.ts';
import { finding, type Finding } from '../../model/finding.ts';
import type { Mapping } from '../../model/ledger.ts';

/** Two primaries in force at once for one name are a question, not a choice. Across internal names only rows that carry none are in doubt, and those fail as unknown. */
export function mappingsAgree({ mappings }: LedgerDraft): Finding[] {
  const primaries = (mappings?.value ?? []).filter((mapping) => mapping.role === 'primary');
  const byRequested = grouped(primaries, 'requestedModel');
  return [...byRequested.values()].flatMap((group) => {
    const ordered = [...group].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
    return ordered.flatMap((mapping, index) => conflictsWith(mapping, ordered.slice(index + 1)));
  });
}

/** The first of the later mappings that disagrees; one is enough to ask. */
function conflictsWith(mapping: Mapping, later: readonly Mapping[]): Finding[] {
  const other = later.find((each) => each.billableModel !== mapping.billableModel && inForceTogether(mapping, each));
  if (other === undefined) return [];
  const [first, second] = mapping.source.line <= other.source.line ? [mapping, other] : [other, mapping];
  const args = {
    requested_model: mapping.requestedModel,
    internal_name: second.internalName,
    billable_model: second.billableModel,
    other_internal_name: first.internalName,
    other_billable_model: first.billableModel,
    other_line: String(first.source.line),
  };
  return [finding('mapping-conflict', first.internalName === second.internalName ? 'fail' : 'info', { args, source: second.source })];
}

/** A fallback stands in for a primary that is there at the same time. */
export function fallbacksKnown({ mappings }: LedgerDraft): Finding[] {
  const all = mappings?.value ?? [];
  const primaries = grouped(
    all.filter((mapping) => mapping.role === 'primary'),
    'internalName',
  );
  return all
    .filter((mapping) => mapping.role === 'fallback')
    .filter((mapping) => !(primaries.get(mapping.fallbackFor ?? '') ?? []).some((primary) => inForceTogether(primary, mapping)))
    .map((mapping) =>
      finding('mapping-fallback-unknown', 'fail', {
        args: { internal_name: mapping.internalName, fallback_for: mapping.fallbackFor ?? '' },
        source: mapping.source,
      }),
    );
}

function inForceTogether(a: Mapping, b: Mapping): boolean {
  return (a.to === null || b.from < a.to) && (b.to === null || a.from < b.to);
}

function grouped(mappings: readonly Mapping[], key: 'requestedModel' | 'internalName'): Map<string, Mapping[]> {
  const groups = new Map<string, Mapping[]>();
  for (const mapping of mappings) {
    const group = groups.get(mapping[key]);
    if (group) group.push(mapping);
    else groups.set(mapping[key], [mapping]);
  }
  return groups;
}
