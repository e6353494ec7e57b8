/** Model mappings laid out in time: which billable model a request was expected to be billed as, and which fallbacks it may use. */
import type { Instant } from './instant.ts';
import type { Mapping } from './ledger.ts';

/** What one name resolves to while one set of mappings is in force. */
export interface Expectation {
  /** null = any row without an `internal_name`. */
  readonly internalName: string | null;
  readonly requestedModel: string;
  readonly span: number;
  /** null = the primaries disagree, or a fallback stands in for none: the request is unmapped. */
  readonly billableModel: string | null;
  /** Whether a primary names the row, or only fallbacks do. */
  readonly role: 'primary' | 'fallback';
  /** The internal names of the primaries that were found. */
  readonly primaries: readonly string[];
  /** Billable models of the fallbacks in force for the primaries that were found. */
  readonly fallbackModels: readonly string[];
}

export interface MappingBook {
  /** Starts of the spans after the first, ascending; span 0 holds before the first boundary. */
  readonly boundaries: readonly Instant[];
  /** A name that is not listed for a span has no mapping in force there. */
  readonly expectations: readonly Expectation[];
}

/** Lays out all mappings. Pure; cost is spans × distinct names. */
export function openMappingBook(mappings: readonly Mapping[]): MappingBook {
  const edges = mappings.flatMap((mapping) => (mapping.to === null ? [mapping.from] : [mapping.from, mapping.to]));
  const boundaries = [...new Set(edges)].sort((a, b) => (a < b ? -1 : 1));
  const starts = [null, ...boundaries];
  const expectations = starts.flatMap((start, span) => {
    const inForce = mappings.filter((mapping) => start !== null && mapping.from <= start && (mapping.to === null || start < mapping.to));
    return expectationsOf(inForce, span);
  });
  return { boundaries, expectations };
}

function expectationsOf(inForce: readonly Mapping[], span: number): Expectation[] {
  const names = new Map<string, { internalName: string | null; requestedModel: string }>();
  for (const { internalName, requestedModel } of inForce) {
    names.set(JSON.stringify([internalName, requestedModel]), { internalName, requestedModel });
    names.set(JSON.stringify([null, requestedModel]), { internalName: null, requestedModel });
  }
  const found: Expectation[] = [];
  for (const { internalName, requestedModel } of names.values()) {
    const named = inForce.filter((mapping) => mapping.requestedModel === requestedModel && (internalName === null || mapping.internalName === internalName));
    const primaries = primariesOf(inForce, named);
    const billable = [...new Set(primaries.map((mapping) => mapping.billableModel))];
    const owners = new Set(primaries.map((mapping) => mapping.internalName));
    const fallbackModels = inForce
      .filter((mapping) => mapping.role === 'fallback' && mapping.fallbackFor !== null && owners.has(mapping.fallbackFor))
      .map((mapping) => mapping.billableModel);
    found.push({
      internalName,
      requestedModel,
      span,
      billableModel: billable.length === 1 ? (billable[0] ?? null) : null,
      role: named.some((mapping) => mapping.role === 'primary') ? 'primary' : 'fallback',
      primaries: [...owners].sort(),
      fallbackModels: [...new Set(fallbackModels)].sort(),
    });
  }
  return found;
}

/** The primaries among `named`; a row that none names resolves through what its fallback mappings stand in for. */
function primariesOf(inForce: readonly Mapping[], named: readonly Mapping[]): Mapping[] {
  const primaries = named.filter((mapping) => mapping.role === 'primary');
  if (primaries.length > 0) return primaries;
  const stoodInFor = new Set(named.map((mapping) => mapping.fallbackFor));
  return inForce.filter((mapping) => mapping.role === 'primary' && stoodInFor.has(mapping.internalName));
}
