/** What the reference already says and the engine does not yet: left out of every ledger on which both are compared. */
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';

export const pendingCodes: readonly string[] = ['status-conflict', 'leak', 'stated-amount'];

export function withoutPending(input: ReferenceInput): ReferenceInput {
  const withoutAnswers = (row: CanonicalRow): CanonicalRow => ({ ...row, response_id: null });
  const { application, gateway, provider } = input.layers;
  return {
    ...input,
    exceptions: [],
    gross: 'parts',
    clientStopped: { timeout: 'unverified', canceled: 'unverified' },
    layers: {
      application: application && { ...application, rows: application.rows.map(withoutAnswers) },
      gateway: gateway && { ...gateway, rows: gateway.rows.map(withoutAnswers) },
      provider: provider && { ...provider, rows: provider.rows.map(withoutAnswers) },
    },
  };
}
