/** The part of a period that is rule, not data: what of it an existing period keeps as base has it. */
import type { PolicyEdit } from '../../model/gate.ts';
import { layers } from '../../model/evidence.ts';
import { isSame, memberOf, withMember, without } from './documents.ts';

/** Members of `period.yaml`, and the words for their edits. */
const periodKeys: readonly string[] = ['models', 'environment', 'stage'];
const layerKeys: readonly string[] = ['files', 'delay', 'finalized_through_utc'];
const layerWords: Readonly<Record<string, string>> = { files: 'evidence files' };

/** `period.yaml` without its rules. */
export function periodData(document: unknown): unknown {
  let evidence = memberOf(document, 'evidence');
  for (const layer of layers) {
    const own = memberOf(evidence, layer);
    if (own !== undefined) evidence = withMember(evidence, layer, without(own, layerKeys));
  }
  return withMember(without(document, periodKeys), 'evidence', evidence);
}

/** Head's `period.yaml` under base's rules. A layer that base does not have is new data and comes with its own. */
export function periodUnderBase(head: unknown, base: unknown): unknown {
  let composed: unknown = head;
  for (const key of periodKeys) composed = withMember(composed, key, memberOf(base, key));
  let evidence = memberOf(head, 'evidence');
  for (const layer of layers) {
    const [ours, theirs] = [memberOf(evidence, layer), memberOf(memberOf(base, 'evidence'), layer)];
    if (theirs === undefined) continue;
    let own: unknown = ours ?? theirs;
    for (const key of layerKeys) own = withMember(own, key, memberOf(theirs, key));
    evidence = withMember(evidence, layer, own);
    if (ours === undefined) composed = withMember(composed, 'layers', withMember(memberOf(composed, 'layers'), layer, undefined));
  }
  return withMember(composed, 'evidence', evidence);
}

/** Which rules differ, in our words. */
export function editedRules(head: unknown, base: unknown): PolicyEdit['what'] {
  const differs = (one: unknown, other: unknown, key: string): boolean => !isSame(memberOf(one, key), memberOf(other, key));
  const ofPeriod = periodKeys.filter((key) => differs(head, base, key));
  const ofLayers = layerKeys.filter((key) =>
    layers.some((layer) => {
      const theirs = memberOf(memberOf(base, 'evidence'), layer);
      return theirs !== undefined && differs(memberOf(memberOf(head, 'evidence'), layer), theirs, key);
    }),
  );
  return [...ofPeriod, ...ofLayers.map((key) => layerWords[key] ?? key)];
}
