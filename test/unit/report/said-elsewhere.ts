/** Findings that need more than a ledger to arise (two commits, a host, a close, a fault of Trueup's own), with the args that the code gives them. */
import { amountOf } from '../../../src/model/money.ts';
import { finding, type Finding } from '../../../src/model/finding.ts';

const close = 'periods/2026-05/close-1.yaml';

export const saidElsewhere: readonly Finding[] = [
  finding('evidence-contains-secret', 'fail', { args: { layer: 'application', file: 'a.csv', problem: 'api-key', key: 'service' } }),
  finding('evidence-contains-secret', 'fail', { count: 3, args: { layer: 'application', file: 'a.csv', problem: 'prompt-column' } }),
  finding('status-conflict', 'warn', { amount: amountOf('0.5') }),
  finding('status-conflict', 'warn', { count: 3, amount: amountOf('0.5') }),
  finding('stated-amount', 'info', {
    amount: amountOf('0.5'),
    args: { layer: 'gateway', model: 'm', stated: '0.5', expected: '0.4', charged: '0.4', difference: '0.1' },
  }),
  finding('closed-file-changed', 'fail', { args: { file: 'models.yaml', period: '2026-05', problem: 'after-close-changed', close } }),
  finding('closed-file-changed', 'fail', { args: { file: 'models.yaml', period: '2026-05', problem: 'history-changed', written: 'abc123 by a' } }),
  finding('close-not-rerun', 'inconclusive', { args: { close, problem: 'evidence-not-intact' } }),
  finding('close-not-rerun', 'inconclusive', { args: { close, problem: 'no-result', detail: 'evidence-corrupt' } }),
  finding('close-not-rerun', 'inconclusive', { args: { close, problem: 'blob-missing', file: 'models.yaml' } }),
  finding('result-changed', 'fail', { args: { close, closed: 'sha256:aa', recomputed: 'sha256:bb', problem: 'other-digest' } }),
  finding('result-changed', 'warn', {
    args: { close, closed: 'expected 1', recomputed: 'expected 2', problem: 'other-totals-version', closed_version: '0.1.0', version: '0.2.0' },
  }),
  finding('ledger-removed', 'fail', { args: { ledger: 'acme' } }),
  finding('period-removed', 'fail', { args: { period: '2026-05' } }),
  finding('base-unreadable', 'warn', { args: { ledger: 'acme' } }),
  finding('base-unreadable', 'warn', { args: { ledger: 'acme', period: '2026-05' } }),
  finding('rules-loosened', 'warn', { args: { file: 'trueup.yaml', key: 'policy.total.fail.percent', before: '1', after: 'nothing' } }),
  finding('rules-changed', 'warn', { args: { file: 'formats/a.yaml', keys: 'columns.request_id' } }),
  finding('rules-changed', 'warn', { count: 2, args: { file: 'formats/a.yaml', keys: 'columns.request_id, filter' } }),
  finding('new-period-terms', 'warn', { args: { period: '2026-06', term: 'evidence.provider.delay', value: '48h', before: '24h' } }),
  finding('snapshot-changed', 'fail', { args: { file: 'prices/a/2026-05-01.yaml', problem: 'history-changed', written: 'abc123 by a' } }),
  finding('snapshot-changed', 'fail', { args: { file: 'prices/a/2026-05-01.yaml', problem: 'history-renamed', to: 'prices/a/2026-05-02.yaml' } }),
  finding('mapping-removed', 'fail', { args: { name: 'chat', model: 'm', period: '2026-05', problem: 'row-removed' } }),
  finding('contract-removed', 'fail', { args: { period: '2026-05', area: 'rate-limits', problem: 'row-altered' } }),
  finding('approval-not-found', 'fail', { args: { close, login: 'ann', problem: 'approval-older' } }),
  finding('approval-not-found', 'fail', { args: { close, login: 'ann', problem: 'approval-unreadable', detail: 'HTTP 403' } }),
  finding('segregation', 'fail', { args: { close, login: 'ann', problem: 'wrote-evidence', commit: 'abc123abc123' } }),
  finding('leak', 'fail', { amount: amountOf('5'), args: { spent: 'm by key k: 5' } }),
  finding('leak', 'fail', { count: 2, amount: amountOf('5'), args: { spent: 'm by key k: 3; m by key l: 2' } }),
  finding('cross-foot', 'inconclusive', { args: { what: 'by_day expected', whole: '1', parts: '2' } }),
];
