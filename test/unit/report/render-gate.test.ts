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
const comment = (gate: GateReport, visibility: 'public' | 'private' = 'private', budget = commentBudget) =>
  renderComment(gate, { visibility, marker, links: null, budget });
const summary = (gate: GateReport, visibility: 'public' | 'private' = 'private') => renderSummary(gate, { visibility, links: null, budget: summaryBudget });
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
      `❌ **Do not approve May 2026**: USD 13.75 of 1,255.33 charged (1.1 %) has no explanation: 5.25 net, 9.50 up and 4.25 down; ${pricesLine}.`,
    );
    expect(renderComment(report, { visibility: 'private', marker: null, links: null, budget: commentBudget }).split('\n')[0]).toMatch(/^❌/);
  });

  it('has its parts in their order', () => {
    const parts = [...text.matchAll(/^#### (.*)$|<summary>(.*)<\/summary>/gm)].map((match) => match[1] ?? match[2]);
    expect(parts).toEqual([
      'This change edits the rules',
      'Prices that come with this change',
      'What this change does',
      "Findings of the ledger's files: 1 warn",
      'The whole bridge, from expected to invoice',
      'By service, cost centre, model, account, key, day, role, prompt version, retry reason and incident',
      'Counts before costs',
      'Findings: 4 fail, 2 warn, 5 info',
      'What decided',
      'How sure this is, and what was not checked',
    ]);
  });

  it('shows four numbers, and those of the month before where they are known', () => {
    expect(text).toContain('| USD | May 2026 |\n| :-- | --: |\n| Expected | 1,234.57 (1,000 requests) |\n| Charged | 1,255.33 (1,029 charges) |\n');
    expect(text).toContain('| Invoice | 1,289.89 |\n| Unexplained | 13.75 (1.1 %): 5.25 net, 9.50 up and 4.25 down |\n| Retries | 12.30 (1.0 %) |\n');
    const { totals } = samplePeriod().result;
    const april = { id: '2026-04', start_utc: '2026-04-01T00:00:00Z', end_utc: '2026-05-01T00:00:00Z' };
    const before = { period: april, totals: { ...totals, expected: amountOf('1000'), invoice_total: null, unexplained_gross: amountOf('0') } };
    const compared = comment(gateWith({ periods: [samplePeriod(undefined, { before })] }));
    expect(compared).toContain('| USD | May 2026 | April 2026 |\n| :-- | --: | --: |\n| Expected | 1,234.57 (1,000 requests) | 1,000.00 |\n');
    expect(compared).toContain('| Invoice | 1,289.89 | none |\n| Unexplained | 13.75 (1.1 %): 5.25 net, 9.50 up and 4.25 down | 0.00 |\n');
  });

  it('says why, largest first, with who acts and what next, and what is explained apart', () => {
    const [, why = ''] = text.split('**Why, largest first** (unexplained)\n\n');
    const rows = why.split('\n\n')[0]?.split('\n') ?? [];
    expect(rows[0]).toBe('| USD | What happened | Requests | Who | Next step |');
    expect(rows.slice(2).map((row) => row.split(' | ')[0])).toEqual(['| **+7.50**', '| **-4.25**', '| **+2.00**', '| **+0.0021**', '| **+0.000002**']);
    expect(rows[2]).toBe(
      '| **+7.50** | Charges nobody of us knows: <code>gpt-4.1-nano-2025-04-14</code> for <code>gpt-4.1-nano-2025-04-14</code> | 1 | platform' +
        ' | Find out who holds the key that made them: <code>trueup explain 2026-05 gpt-4.1-nano-2025-04-14</code> |',
    );
    expect(why.split('\n\n')[1]).toBe(
      'Explained: tax +84.56, credits -50.00, retries +12.30, answered by a fallback model +3.21, rounding of each charge +0.0001.',
    );
  });

  it('says in its first screen how much, why, who acts and what next', () => {
    const first = comment(gateWith({ edits: [], effects: [] })).split('<details>')[0] ?? '';
    expect(first.trimEnd().split('\n').length).toBeLessThanOrEqual(27);
    for (const word of ['USD 13.75', 'Charges nobody of us knows', 'platform', 'Find out who']) expect(first).toContain(word);
  });

  it('holds no code of a step and no code of a finding', () => {
    for (const { step } of samplePeriod().result.bridge.filter((row) => row.step.includes('_'))) expect(text).not.toContain(step);
    for (const { code } of samplePeriod().findings.filter((found) => found.code.includes('-'))) expect(text).not.toContain(code);
  });

  it('links places of the ledger to the commit that was judged, and nothing else', () => {
    const links = { repository: 'https://github.com/acme/spend', commit: 'b'.repeat(40) };
    const linked = renderComment(report, { visibility: 'private', marker, links, budget: commentBudget });
    const place = `https://github.com/acme/spend/blob/${'b'.repeat(40)}/ledgers/acme`;
    expect(linked).toContain(`[<code>ledgers/acme/periods/2026-05/invoice.yaml</code>](${place}/periods/2026-05/invoice.yaml)`);
    expect(linked).toContain(`[<code>ledgers/acme/trueup.yaml:7</code>](${place}/trueup.yaml#L7)`);
    expect(linked).toContain(`[<code>ledgers/acme/prices/cometapi/2026-05-02.yaml:14</code>](${place}/prices/cometapi/2026-05-02.yaml#L14)`);
    expect(linked).toContain(`/commit/${'b'.repeat(40)}/checks)`);
    expect(linked.replaceAll(place, '').replaceAll('https://github.com/acme/spend/commit/', '')).not.toMatch(/https?:/);
    for (const foreign of hostile) {
      const shown = renderComment(sampleGate(foreign), { visibility: 'private', marker: null, links, budget: commentBudget });
      const targets = [...shown.matchAll(/\]\(([^)]*)\)/g)].map((match) => match[1] ?? '');
      for (const target of targets) expect(target).toMatch(/^https:\/\/github\.com\/acme\/spend\/(blob\/b{40}\/[\w.~%/-]+(#L\d+)?|commit\/b{40}\/checks)$/);
    }
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
    expect(lineOf(gate, 'public')).toMatch(/; new prices come with <code>2026-05<\/code>\.$/);
    for (const word of ['policy.total', '0.064', 'gpt-4.1-nano']) expect(comment(gate, 'public')).not.toContain(word);
    expect(comment(gate, 'public')).toContain('(1 looser, 1 tighter)');
  });

  it('shows the steps that an edit changes, and only these', () => {
    const file = '<code>prices/cometapi/2026-05-02.yaml</code> | <code>2026-05</code>';
    expect(text).toContain(`| ${file} | verdict | ⚠️ Pass with warnings | ❌ Fail |`);
    expect(text).toContain(`| ${file} | Expected by our own log | 1234.5678 | 1300 |`);
    expect(text).toContain(`| ${file} | Billed at other prices than ours | none | -3.5 |`);
    expect(text).not.toContain(`| ${file} | Retries`);
    expect(text).toContain('| <code>models.yaml</code> | <code>2026-05</code> | verdict | ❌ Fail | could not be computed |');
  });

  it('ends with the digests', () => {
    const last = text.trimEnd().split('\n').at(-1);
    expect(last).toContain('This comment is updated when the ledger changes.');
    expect(last).toContain(report.digest);
    expect(last).toContain(report.ledgers[0]!.periods[0]!.result.digests.result);
  });

  it('has no commit and no version where nothing is linked: the same outcome gives the same bytes', () => {
    const { commits: _, ...rest } = report;
    expect(comment({ ...rest, tool_version: '9', commits: { base: null, head: 'd'.repeat(40), checkout: null } })).toBe(text);
  });
});

describe('the summary', () => {
  const text = summary(report);

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
    expect(lineOf(nothing)).toBe('✅ **Nothing to judge**: nothing of the ledger is touched.');
    expect(comment(nothing).split('\n').length).toBeLessThan(10);
    expect(comment(nothing)).toContain(nothing.digest);
  });

  it('sums what is unexplained, each currency by itself', () => {
    const euro = samplePeriod();
    const result = { ...euro.result, period: { ...euro.result.period, currency: 'EUR' } };
    expect(lineOf(gateWith({ periods: [samplePeriod(), samplePeriod(), { ...euro, result }] }))).toBe(
      '❌ **Do not approve 3 periods**: USD 27.50 of 2,510.66 charged (1.1 %) has no explanation and EUR 13.75 of 1,255.33 charged (1.1 %) has no explanation in 3 periods.',
    );
  });

  it('says that everything is explained', () => {
    const { result, ...rest } = samplePeriod();
    const clean = {
      ...rest,
      result: { ...result, verdict: 'pass' as const, totals: { ...result.totals, unexplained_gross: amountOf('0'), unexplained_net: amountOf('0') } },
    };
    const whole = { ...clean, result: { ...clean.result, decision: result.decision.filter(({ fact }) => fact !== 'unexplained_counts') } };
    const compared = '1,000 requests, USD 1,255.33 charged, compared with 1,029 charges and an invoice of USD 1,289.89';
    expect(lineOf(gateWith({ verdict: 'pass', periods: [whole] }, { verdict: 'pass' }))).toBe(
      `✅ **May 2026 adds up**: ${compared}, all explained; 1.0 % retries.`,
    );
    // The money may be whole where requests are not.
    expect(lineOf(gateWith({ verdict: 'pass', periods: [clean] }, { verdict: 'pass' }))).toMatch(
      /all of the money explained, \d+ requests or charges without explanation; 1\.0 % retries/,
    );
  });

  it('says what could not be compared, and that the ledger itself is wrong', () => {
    const { result, ...rest } = samplePeriod();
    const unknown = { ...rest, result: { ...result, verdict: 'inconclusive' as const, totals: { ...result.totals, unexplained_gross: null } } };
    expect(lineOf(gateWith({ periods: [unknown] }, { verdict: 'inconclusive' }))).toBe('❓ **May 2026 cannot be judged**: the money could not be compared.');
    const broken = gateWith(
      { periods: [], findings: [finding('yaml-syntax', 'inconclusive', { args: { problem: 'a quote is not closed' } })] },
      { verdict: 'inconclusive' },
    );
    expect(lineOf(broken)).toBe('❓ **This change cannot be judged**: a file is not valid YAML.');
    expect(comment(broken)).toContain("#### Findings of the ledger's files: 1 inconclusive");
    expect(lineOf(sampleGate(undefined, { verdict: 'inconclusive', ledgers: [] }))).toBe('❓ **This change cannot be judged**: no ledger was judged.');
  });

  it('says of a change of nothing but rules that it is for reviewers', () => {
    const rules = gateWith({ verdict: 'pass', periods: [samplePeriod(undefined, { decides: false })] }, { verdict: 'pass' });
    expect(lineOf(rules)).toMatch(/^✅ \*\*Nothing stands against this change\*\*: only rules are edited, and reviewers decide about them; USD 13\.75 of/);
    expect(comment(rules)).toMatch(/^✅ .*has no explanation/m);
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
    expect(text).toContain('❌ **Do not approve May 2026**: 1.1 % of what was charged has no explanation');
    expect(text).toContain('| May 2026 | 1.1 % | ❌ Fail |');
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
    expect(lineOf(mixed, 'public')).toBe(
      '❌ **Do not approve 2 periods**: up to 1.1 % of what was charged has no explanation in 2 periods; new prices come with <code>2026-05</code>.',
    );
    expect(comment(mixed, 'public').split('### <code>ledgers/other</code>')[1]).not.toContain('1234');
  });

  it.each([
    ['0.001', '1000', 'less than 0.1 %'],
    ['0.5', '1000', 'less than 0.1 %'],
    ['1', '3', '33.3 %'],
    ['2', '3', '66.7 %'],
    ['0', '0', '0 %'],
    ['1', '0', 'not known'],
    ['12', '-6', '200.0 %'],
    ['25', '100000', 'less than 0.1 %'],
    ['150', '100000', '0.2 %'],
  ])('%s of %s is %s', (gross, provider, shown) => {
    const { result, ...rest } = samplePeriod();
    const totals = { ...result.totals, unexplained_gross: amountOf(gross), provider_charged: amountOf(provider) };
    expect(comment(gateWith({ periods: [{ ...rest, result: { ...result, totals } }] }), 'public')).toContain(`| May 2026 | ${shown} |`);
  });
});

describe('budgets', () => {
  const crowded = crowdedGate(20_000);
  const tooMany = longGate(60, 20);
  const crowdedComment = comment(crowded);
  const tooManyComment = comment(tooMany);
  const many = longGate(3, 40);

  it.each([
    ['comment', crowdedComment, commentBudget],
    ['summary', summary(crowded), summaryBudget],
  ])('20,000 findings fit into the %s, with verdict, totals and digest whole and the cut said', (_, text, budget) => {
    expect(bytes(text)).toBeLessThanOrEqual(budget);
    expect(text).toContain('❌ **Do not approve May 2026**: USD 13.75 of 1,255.33 charged');
    expect(text).toContain('| Unexplained | 13.75 (1.1 %): 5.25 net');
    expect(text.trimEnd().split('\n').at(-1)).toContain(crowded.digest);
    const left = Number(/(\d+) more findings are left out here; result\.json in the run's artifact has them all\./.exec(text)?.[1]);
    expect(left + (text.match(/^\| \w+ \| Charges that share one identity \|/gm)?.length ?? 0)).toBe(20_000);
  });

  it('keeps the gravest and dearest findings', () => {
    const dearest = Math.max(...Array.from({ length: 4000 }, (_, index) => ((index * 5 + 4) * 7919) % 20_000));
    expect(crowdedComment).toContain(`| inconclusive | Charges that share one identity | ${dearest.toLocaleString('en')}.50 |`);
    expect(crowdedComment).not.toContain('| info | Charges that share one identity');
  });

  it.each([1500, 3000, 6000, 12_000, 30_000])('fits into %i bytes, with marker, verdict, totals and digest', (budget) => {
    const text = comment(crowded, 'private', budget);
    expect(bytes(text)).toBeLessThanOrEqual(budget);
    expect(text.startsWith(`${marker}\n`)).toBe(true);
    expect(text).toContain('❌ **Do not approve May 2026**: USD 13.75');
    expect(text).toMatch(/\| Unexplained \| 13\.75|\| 1\.1 % \| ❌ Fail \|/);
    expect(text).toContain(crowded.digest);
  });

  it.each([
    ['many periods', many, comment(many)],
    ['too many periods', tooMany, tooManyComment],
  ])('%s fit as well', (_, gate, whole) => {
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
    expect(tooManyComment.match(/\| ❓ Inconclusive \|/g)?.length).toBeGreaterThan(100);
    expect(tooManyComment).not.toContain('| ✅ Pass |');
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
