/** The comment and the summary: what a reviewer must find, what must never be cut, and what must never be said. */
import { amountOf } from '../../../src/model/money.ts';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import type { GateLedger, GateReport } from '../../../src/model/gate.ts';
import { commentMarker } from '../../../src/report/comment-marker.ts';
import { commentBudget, renderComment, renderSummary, summaryBudget } from '../../../src/report/render-comment.ts';
import { planted } from './planted-secrets.ts';
import { crowdedGate, longGate, sampleGate, sampleLedger, samplePeriod } from './sample-gate.ts';
import { hostile } from './sample-run.ts';

const report = sampleGate();
const marker = commentMarker({ tool: 'trueup', key: 'acme gate', run_id: 7, attempt: 1, head_sha: 'b'.repeat(40), digest: report.digest });
const comment = (gate: GateReport, visibility: 'public' | 'private' = 'private', budget = commentBudget) => renderComment(gate, { visibility, marker, budget });
const summary = (gate: GateReport, visibility: 'public' | 'private' = 'private') => renderSummary(gate, { visibility, budget: summaryBudget });
const gateWith = (change: Partial<GateLedger>, top: Partial<GateReport> = {}) =>
  sampleGate(undefined, { ledgers: [sampleLedger(undefined, { prices: [], ...change })], ...top });
const lineOf = (gate: GateReport, visibility: 'public' | 'private' = 'private') => comment(gate, visibility).split('\n')[2];
const pricesLine =
  'new prices come with <code>2026-05</code> (<code>gpt-4.1-nano</code> input 0.08 → 0.064, ' +
  '<code>claude-haiku-4-5</code> cached input above 200000 input tokens unpriced → 0.5 and 2 more)';
const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

describe('the comment', () => {
  const text = comment(report);

  it('starts with its marker and the verdict in words and money', () => {
    expect(text.split('\n').slice(0, 2)).toEqual([marker, '']);
    expect(text.split('\n')[2]).toBe(
      '❌ **Fail**: USD 13.75 of USD 1253.33 unexplained (net USD 5.25, USD 9.50 up and USD 4.25 down) in <code>2026-05</code>' +
        '; 1,000 requests, USD 1255.33 charged, compared with 1,029 charges of the provider and an invoice of USD 1289.89' +
        `; ${pricesLine}`,
    );
    expect(renderComment(report, { visibility: 'private', marker: null, budget: commentBudget }).split('\n')[0]).toMatch(/^❌/);
  });

  it('has its parts in their order', () => {
    const parts = [...text.matchAll(/^#### (.*)$|<summary>(.*)<\/summary>/gm)].map((match) => match[1] ?? match[2]);
    expect(parts).toEqual([
      "Findings of the ledger's files: 1 warn",
      'This change edits the rules',
      'Prices that come with this change',
      'What this change does',
      'Counts before costs',
      'The bridge',
      'By model',
      'Findings: 4 fail, 2 warn, 5 info',
      'What decided',
    ]);
  });

  it('shows the exact totals of each period', () => {
    expect(text).toContain('| Period | Expected (USD) | Charged | Invoice | Unexplained | Verdict |\n| :-- | --: | --: | --: | --: | :-- |\n');
    expect(text).toContain('| <code>2026-05</code> | 1234.5678 | 1255.327902 | 1289.89 | 13.7521 (1.1%) | ❌ Fail |');
  });

  it('shows the edited rules, and the verdict both ways', () => {
    expect(text).toContain('- <code>trueup.yaml</code>: policy, <code>finalized_through_utc</code>');
    expect(text).toContain('| <code>2026-05</code> | ❌ Fail | ⚠️ Pass with warnings |');
  });

  it('shows each rule old and new, what is looser first, and which way it goes', () => {
    expect(text).toContain('| File | Rule | Now | After the merge |');
    expect(text).toContain('| <code>trueup.yaml</code> | <code>policy.total.fail.percent</code> | <code>1</code> | <code>5</code> | ⚠️ looser |');
    expect(text).toContain('| <code>contract.yaml</code> | <code>billing.rounding.mode</code> | nothing | <code>up</code> | ⚠️ may be looser |');
    expect(text.indexOf('⚠️ may be looser |')).toBeLessThan(text.indexOf('| tighter |'));
    expect(text).toContain('- <code>trueup.yaml</code>: policy, <code>finalized_through_utc</code> (1 looser, 1 tighter)');
    expect(text).toContain('3 more rules');
  });

  it('shows what each model costs now, and before', () => {
    const place = '| <code>2026-05</code> | <code>cometapi/2026-05-01</code> → <code>cometapi/2026-05-02</code> |';
    expect(text).toContain(`${place} <code>gpt-4.1-nano</code> | input | 0.08 | 0.064 |`);
  });

  it('says in public that rules are looser and prices come, without a word or figure of them', () => {
    const loosened = finding('rules-loosened', 'warn', { args: { file: 'trueup.yaml', key: 'policy.total.fail.percent', before: '1', after: '5' } });
    const gate = gateWith({ findings: [loosened], prices: sampleLedger().prices });
    expect(lineOf(gate, 'public')).toContain(': 1 rule is loosened; ');
    expect(lineOf(gate, 'public')).toMatch(/; new prices come with <code>2026-05<\/code>$/);
    for (const word of ['policy.total', '0.064', 'gpt-4.1-nano']) expect(comment(gate, 'public')).not.toContain(word);
    expect(comment(gate, 'public')).toContain('(1 looser, 1 tighter)');
  });

  it('shows the steps that an edit changes, and only these', () => {
    const file = '<code>prices/cometapi/2026-05-02.yaml</code> | <code>2026-05</code>';
    expect(text).toContain(`| ${file} | verdict | ⚠️ Pass with warnings | ❌ Fail |`);
    expect(text).toContain(`| ${file} | <code>expected</code> | 1234.5678 | 1300 |`);
    expect(text).toContain(`| ${file} | <code>price_difference</code> | none | -3.5 |`);
    expect(text).not.toContain(`| ${file} | <code>retry</code>`);
    expect(text).toContain('| <code>models.yaml</code> | <code>2026-05</code> | verdict | ❌ Fail | could not be computed |');
  });

  it('ends with the digests', () => {
    const last = text.trimEnd().split('\n').at(-1);
    expect(last).toContain('This comment is updated when the ledger changes.');
    expect(last).toContain(report.digest);
    expect(last).toContain(report.ledgers[0]!.periods[0]!.result.digests.result);
  });

  it('has no chart, no commit and no version: the same outcome gives the same bytes', () => {
    expect(text).not.toContain('mermaid');
    const { commits: _, ...rest } = report;
    expect(comment({ ...rest, tool_version: '9', commits: { base: null, head: 'd'.repeat(40), checkout: null } })).toBe(text);
  });
});

describe('the summary', () => {
  const text = summary(report);

  it('has the chart, with names of steps and digits only', () => {
    const chart = /```mermaid\n([^`]*)```/.exec(text)?.[1] ?? '';
    expect(chart).toContain('retry +12.3');
    for (const label of chart.matchAll(/"([^"]*)"/g)) {
      expect(label[1]).toMatch(/^(?:(?:= )?[a-z_]+<br\/>[+-]?[\d.]+|[a-z_]+ [+-][\d.]+(?:<br\/>[a-z_]+ [+-][\d.]+)*)$/);
    }
  });

  it('says what was judged', () => {
    expect(text).toContain('Judged: the periods that this change touches, as of <code>2026-06-15</code>');
    expect(text).toContain(`head \`${'b'.repeat(40)}\``);
  });
});

describe('line 1', () => {
  it('is a short success where nothing is touched', () => {
    const nothing = gateWith(
      { verdict: 'not-applicable', periods: [], findings: [], edits: [], effects: [], prices: [], notes: [] },
      { verdict: 'not-applicable' },
    );
    expect(lineOf(nothing)).toBe('✅ **Nothing to judge**: nothing of the ledger is touched');
    expect(comment(nothing).split('\n').length).toBeLessThan(10);
    expect(comment(nothing)).toContain(nothing.digest);
  });

  it('sums what is unexplained, each currency by itself', () => {
    const euro = samplePeriod();
    const result = { ...euro.result, period: { ...euro.result.period, currency: 'EUR' } };
    expect(lineOf(gateWith({ periods: [samplePeriod(), samplePeriod(), { ...euro, result }] }))).toBe(
      '❌ **Fail**: USD 27.50 of USD 2506.66 unexplained and EUR 13.75 of EUR 1253.33 unexplained in 3 periods',
    );
  });

  it('says that everything is explained', () => {
    const { result, ...rest } = samplePeriod();
    const clean = {
      ...rest,
      result: { ...result, verdict: 'pass' as const, totals: { ...result.totals, unexplained_gross: amountOf('0'), unexplained_net: amountOf('0') } },
    };
    expect(lineOf(gateWith({ verdict: 'pass', periods: [clean] }, { verdict: 'pass' }))).toBe(
      '✅ **Pass**: all of USD 1253.33 explained in <code>2026-05</code>' +
        '; 1,000 requests, USD 1255.33 charged, compared with 1,029 charges of the provider and an invoice of USD 1289.89',
    );
  });

  it('says what could not be compared, and that the ledger itself is wrong', () => {
    const { result, ...rest } = samplePeriod();
    const unknown = { ...rest, result: { ...result, verdict: 'inconclusive' as const, totals: { ...result.totals, unexplained_gross: null } } };
    expect(lineOf(gateWith({ periods: [unknown] }, { verdict: 'inconclusive' }))).toBe(
      '❓ **Inconclusive**: the money of <code>2026-05</code> could not be compared',
    );
    const broken = gateWith(
      { periods: [], findings: [finding('yaml-syntax', 'inconclusive', { args: { problem: 'a quote is not closed' } })] },
      { verdict: 'inconclusive' },
    );
    expect(lineOf(broken)).toBe('❓ **Inconclusive**: the ledger itself has findings');
    expect(comment(broken)).toContain("#### Findings of the ledger's files: 1 inconclusive");
    expect(lineOf(sampleGate(undefined, { verdict: 'inconclusive', ledgers: [] }))).toBe('❓ **Inconclusive**: no ledger was judged');
  });

  it('says of a change of nothing but rules that it is for reviewers', () => {
    const rules = gateWith({ verdict: 'pass', periods: [samplePeriod(undefined, { decides: false })] }, { verdict: 'pass' });
    expect(lineOf(rules)).toMatch(/^✅ \*\*Pass\*\*: only rules are edited, and reviewers decide about them; USD 13\.75 of/);
    expect(comment(rules)).toContain('❌ Fail (for information) |');
  });
});

describe('several ledgers', () => {
  const text = comment(
    sampleGate(undefined, { ledgers: [sampleLedger(), sampleLedger(undefined, { path: 'ledgers/other', verdict: 'not-applicable', periods: [] })] }),
  );

  it('have a heading each', () => {
    expect([...text.matchAll(/^### (.*)$/gm)].map((match) => match[1])).toEqual([
      '<code>ledgers/acme</code>: ❌ Fail',
      '<code>ledgers/other</code>: ✅ Nothing to judge',
    ]);
    expect(text).toContain('Nothing of this ledger is touched');
  });
});

describe('several periods', () => {
  it('are folded one by one', () => {
    const text = comment(longGate(1, 3));
    expect([...text.matchAll(/<summary>(.*)<\/summary>/g)].map((match) => match[1])).toContain('<code>p-0-2</code>: ❌ Fail');
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });
});

describe('in a public repository', () => {
  const gate = sampleGate('secret-model-name', {
    ledgers: [sampleLedger('secret-model-name', { path: 'acme', edits: [], effects: [], prices: [], notes: [], findings: [] })],
  });

  it.each([
    ['comment', comment(gate, 'public')],
    ['summary', summary(gate, 'public')],
  ])('the %s says verdicts and percentages only', (_, text) => {
    expect(text).toContain('❌ **Fail**: 1.1% unexplained in <code>2026-05</code>');
    expect(text).toContain('| <code>2026-05</code> | 1.1% | ❌ Fail |');
    expect(text).not.toMatch(/secret-model-name|req_|acct|USD|1234|1253|13\.75|INV-|nano|haiku|mermaid/);
    expect(text).toContain(gate.digest);
  });

  it('shows the verdicts of an edit without its amounts', () => {
    const text = comment(report, 'public');
    expect(text).toContain('verdict | ⚠️ Pass with warnings | ❌ Fail |');
    expect(text).not.toMatch(/1234|1300|-3\.5/);
  });

  it('says all when the ledger allows it, and never more than the strictest ledger in line 1', () => {
    const open = gateWith({ publish: 'public' });
    expect(comment(open, 'public')).toBe(comment(open, 'private'));
    const mixed = sampleGate(undefined, { ledgers: [sampleLedger(undefined, { publish: 'public' }), sampleLedger(undefined, { path: 'ledgers/other' })] });
    expect(lineOf(mixed, 'public')).toBe('❌ **Fail**: up to 1.1% unexplained in 2 periods; new prices come with <code>2026-05</code>');
    expect(comment(mixed, 'public').split('### <code>ledgers/other</code>')[1]).not.toContain('1234');
  });

  it.each([
    ['0.001', '1000', 'less than 0.01%'],
    ['0.05', '1000', 'less than 0.01%'],
    ['1', '3', '33.33%'],
    ['2', '3', '66.67%'],
    ['0', '0', '0%'],
    ['1', '0', 'not known'],
    ['12', '-6', '200%'],
    ['2.5', '100000', 'less than 0.01%'],
    ['15', '100000', '0.02%'],
  ])('%s of %s is %s', (gross, provider, shown) => {
    const { result, ...rest } = samplePeriod();
    const totals = { ...result.totals, unexplained_gross: amountOf(gross), provider_at_snapshot: amountOf(provider) };
    expect(comment(gateWith({ periods: [{ ...rest, result: { ...result, totals } }] }), 'public')).toContain(`| <code>2026-05</code> | ${shown} |`);
  });
});

describe('budgets', () => {
  const crowded = crowdedGate(20_000);
  const tooMany = longGate(60, 20);

  it.each([
    ['comment', comment(crowded), commentBudget],
    ['summary', summary(crowded), summaryBudget],
  ])('20,000 findings fit into the %s, with verdict, totals and digest whole and the cut said', (_, text, budget) => {
    expect(bytes(text)).toBeLessThanOrEqual(budget);
    expect(text).toContain('❌ **Fail**: USD 13.75 of USD 1253.33 unexplained');
    expect(text).toContain('| <code>2026-05</code> | 1234.5678 | 1255.327902 | 1289.89 | 13.7521 (1.1%) | ❌ Fail |');
    expect(text.trimEnd().split('\n').at(-1)).toContain(crowded.digest);
    const left = Number(/(\d+) more findings are left out here; result\.json in the run's artifact has them all\./.exec(text)?.[1]);
    expect(left + (text.match(/`duplicate-charge`/g)?.length ?? 0)).toBe(20_000);
  });

  it('keeps the gravest and dearest findings', () => {
    const dearest = Math.max(...Array.from({ length: 4000 }, (_, index) => ((index * 5 + 4) * 7919) % 20_000));
    expect(comment(crowded)).toContain(`| inconclusive | \`duplicate-charge\` | ${dearest}.5 |`);
    expect(comment(crowded)).not.toContain('| info | `duplicate-charge`');
  });

  it.each([1500, 3000, 6000, 12_000, 30_000])('fits into %i bytes, with marker, verdict, totals and digest', (budget) => {
    const text = comment(crowded, 'private', budget);
    expect(bytes(text)).toBeLessThanOrEqual(budget);
    expect(text.startsWith(`${marker}\n`)).toBe(true);
    expect(text).toContain('❌ **Fail**: USD 13.75');
    expect(text).toContain('❌ Fail |');
    expect(text).toContain(crowded.digest);
  });

  it.each([
    ['many periods', longGate(3, 40)],
    ['too many periods', tooMany],
  ])('%s fit as well', (_, gate) => {
    const whole = comment(gate);
    expect(whole).toMatch(/left out here/);
    for (const [text, budget] of [
      [whole, commentBudget],
      [comment(gate, 'public'), commentBudget],
      [summary(gate), summaryBudget],
    ] as const) {
      expect(bytes(text)).toBeLessThanOrEqual(budget);
      expect(text).toContain(gate.digest);
      expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    }
  });

  it('keeps the worst periods when there are too many', () => {
    const text = comment(tooMany);
    expect(text.match(/\| ❓ Inconclusive \|/g)?.length).toBeGreaterThan(100);
    expect(text).not.toContain('| ✅ Pass |');
  });

  it('is measured in bytes', () => {
    const wide = sampleGate('漢'.repeat(2000));
    expect(bytes(comment(wide, 'private', 4000))).toBeLessThanOrEqual(4000);
  });
});

describe('hostile text', () => {
  /** What may stand outside of frames: our own tags, and one marker. */
  const shape = (text: string) =>
    text
      .replace(/<code>.*?<\/code>/g, '')
      .split('\n')
      .map((line) => line.replace(/[^|]/g, ''))
      .sort();

  const plain = sampleGate('plain');
  const harmless = { comment: comment(plain), summary: summary(plain), public: comment(plain, 'public') };

  it.each(hostile)('is inert: %j', (text) => {
    const gate = sampleGate(text);
    for (const [shown, clean] of [
      [comment(gate).slice(marker.length), harmless.comment],
      [summary(gate), harmless.summary],
      [comment(gate, 'public').slice(marker.length), harmless.public],
    ] as const) {
      expect(shown).not.toMatch(/<script|<img|\]\(|@everyone|@octocat|@all|\p{Cf}|(?!\n)\p{Cc}|::|##\[|<!--|:\/\/|www\./imu);
      expect(shown.match(/<(?!\/?(?:code|details|summary|sub)>|br\/>)/g)).toBeNull();
      expect(shape(shown).join('\n')).toBe(shape(clean.replace(marker, '')).join('\n'));
    }
  });

  it.each(['a%0A::error::x', '@all', '\u202e::error::\u202c', 'n'.repeat(10_240), '<!-- trueup {"tool":"trueup"} -->'])(
    'is inert in every name: %j',
    (text) => {
      const shown = comment(sampleGate(text)).slice(marker.length);
      expect(shown).not.toMatch(/::|@all|\p{Cf}|<!--|n{200}/u);
    },
  );

  it('holds no secret, in no medium', () => {
    for (const secret of Object.values(planted)) {
      const gate = sampleGate(secret);
      for (const text of [comment(gate), summary(gate), comment(gate, 'public')]) {
        for (let at = 0; at + 12 <= secret.length; at += 4) expect(text).not.toContain(secret.slice(at, at + 12));
        expect(text).toContain(gate.digest);
      }
    }
  });
});
