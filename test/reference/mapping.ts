/** Which model a row should have cost, its mapped fallbacks, and the role of a name (SPEC §2.3, §3). */
import type { Instant } from '../../src/model/instant.ts';
import type { Mapping } from '../../src/model/ledger.ts';
import type { Row } from './row.ts';

export interface Expected {
  readonly model: string;
  /** The internal names of the primaries that name it. */
  readonly primaries: readonly string[];
}

/** The expected model of a request; null = unmapped. */
export function expectedFor(mappings: readonly Mapping[], first: Row, at: Instant): Expected | null {
  const naming = mappingsNaming(mappings, first, at);
  let primaries = naming.filter((mapping) => mapping.role === 'primary');
  if (primaries.length === 0) {
    const names = naming.map((mapping) => mapping.fallbackFor);
    primaries = mappings.filter((mapping) => mapping.role === 'primary' && isInForce(mapping, at) && names.includes(mapping.internalName));
  }
  const models = new Set(primaries.map((mapping) => mapping.billableModel));
  const [model] = models;
  if (model === undefined || models.size > 1) return null;
  return { model, primaries: primaries.map((mapping) => mapping.internalName) };
}

export function isFallbackOf(mappings: readonly Mapping[], expected: Expected, model: string | null, at: Instant): boolean {
  return mappings.some(
    (mapping) =>
      mapping.role === 'fallback' &&
      isInForce(mapping, at) &&
      mapping.billableModel === model &&
      mapping.fallbackFor !== null &&
      expected.primaries.includes(mapping.fallbackFor),
  );
}

export function roleOf(mappings: readonly Mapping[], row: Row): 'primary' | 'fallback' | null {
  const roles = mappingsNaming(mappings, row, row.at).map((mapping) => mapping.role);
  if (roles.includes('primary')) return 'primary';
  return roles.includes('fallback') ? 'fallback' : null;
}

function mappingsNaming(mappings: readonly Mapping[], row: Row, at: Instant): Mapping[] {
  const name = row.content.internal_name;
  return mappings.filter(
    (mapping) => isInForce(mapping, at) && mapping.requestedModel === row.content.model_requested && (name === null || mapping.internalName === name),
  );
}

function isInForce(mapping: Mapping, at: Instant): boolean {
  return mapping.from <= at && (mapping.to === null || at < mapping.to);
}
