/** Which requests that our side broke off take the provider's token counts: those of which the contract says so with a proof (SPEC §2.3, §4). Pure. */
import { type Day, startOfDay } from './instant.ts';
import type { ClientStoppedRule, Contract, ContractItem, Drill, StoppedStatus } from './ledger.ts';

/** The area of the contract register whose answer each status needs. */
const areas: Readonly<Record<StoppedStatus, string>> = { timeout: 'error-behavior.timed-out', canceled: 'error-behavior.canceled' };

export type ProofProblem = 'stopped-unverified' | 'stopped-expired' | 'stopped-unproved' | 'stopped-no-drill';
export interface MissingProof {
  readonly status: StoppedStatus;
  readonly area: string;
  readonly problem: ProofProblem;
}

type Known = { readonly contract: Contract; readonly drills: readonly Drill[]; readonly asOf: Day };

/** The rule that is followed for each status: what the contract says, if it is proved. */
export function followedRules(known: Known): Readonly<Record<StoppedStatus, ClientStoppedRule>> {
  const ruleOf = (status: StoppedStatus): ClientStoppedRule =>
    known.contract.clientStopped[status] === 'provider-counts' && proofProblem(status, known) === null ? 'provider-counts' : 'unverified';
  return { timeout: ruleOf('timeout'), canceled: ruleOf('canceled') };
}

/** The statuses of which the contract says more than it can prove. */
export function missingProofs(known: Known): MissingProof[] {
  return (['timeout', 'canceled'] as const)
    .filter((status) => known.contract.clientStopped[status] === 'provider-counts')
    .flatMap((status) => {
      const problem = proofProblem(status, known);
      return problem === null ? [] : [{ status, area: areas[status], problem }];
    });
}

function proofProblem(status: StoppedStatus, { contract, drills, asOf }: Known): ProofProblem | null {
  const verified = contract.items.filter((item) => item.area === areas[status] && item.status === 'verified');
  const current = verified.filter(({ expiresOn }) => expiresOn === null || startOfDay(expiresOn) >= startOfDay(asOf));
  if (verified.length === 0) return 'stopped-unverified';
  if (current.length === 0) return 'stopped-expired';
  const proved = current.filter(isComplete);
  if (proved.length === 0) return 'stopped-unproved';
  return proved.some(({ provenBy }) => holds(provenBy ?? '', areas[status], drills)) ? null : 'stopped-no-drill';
}

function isComplete({ provenBy, basis, verifiedOn, verifiedBy }: ContractItem): boolean {
  return [provenBy, basis, verifiedOn, verifiedBy].every((value) => value !== null);
}

const drillPrefix = 'drill/';

/** Where the ledger keeps drills, one that is named as proof is among them and concludes about this very area; tickets and documents lie elsewhere. */
function holds(proof: string, area: string, drills: readonly Drill[]): boolean {
  if (!proof.startsWith(drillPrefix) || drills.length === 0) return true;
  return drills.some(({ id, concludes }) => proof === `${drillPrefix}${id}` && concludes?.item === area);
}
