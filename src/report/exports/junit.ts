/** JUnit XML: each threshold and each finding as a test case, for every CI that shows test reports. */
import type { Finding } from '../../model/finding.ts';
import type { Decision } from '../../model/judgement.ts';
import { visibleText } from '../escape-markdown.ts';
import { changeOf, factOf, placeOf, scopeWords } from '../headline-words.ts';
import { remedyOf, sentenceOf, wording } from '../wording.ts';
import type { Exporter, ExportSource } from './export-source.ts';

export const junitExporter: Exporter = {
  kind: 'junit',
  description: 'JUnit XML: thresholds and findings as test cases',
  files: [{ name: (period) => `${period}.junit.xml`, content: junit }],
};

const plain = (text: string): string => visibleText(text, 500);

function* junit({ result, findings }: ExportSource): Iterable<string> {
  const cases = named([...result.decision.map(decisionCase), ...findings.filter(({ severity }) => severity !== 'info').map(findingCase)]);
  const failures = cases.filter(({ failure }) => failure !== null).length;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="trueup" tests="${cases.length}" failures="${failures}" errors="0">\n`;
  yield `  <testsuite name="${escapeXml(result.period.id)}" tests="${cases.length}" failures="${failures}" errors="0">\n`;
  for (const one of cases) yield caseText(one);
  yield '  </testsuite>\n</testsuites>\n';
}

interface TestCase {
  readonly group: string;
  readonly name: string;
  readonly file: string | null;
  /** null = passes. */
  readonly failure: { readonly kind: string; readonly message: string; readonly text: string } | null;
  /** Said beside a case that passes. */
  readonly note: string;
}

function decisionCase(one: Decision): TestCase {
  const message = factOf(one, plain);
  const failed = one.outcome === 'fail' || one.outcome === 'inconclusive';
  const text = `${message}; ${changeOf(one, plain)}; ${placeOf(one)}`;
  return {
    group: 'thresholds',
    name: `${scopeWords(one.scope, plain)}, ${one.level} threshold`,
    file: one.source?.file ?? null,
    failure: failed ? { kind: one.outcome, message, text } : null,
    note: text,
  };
}

function findingCase(found: Finding): TestCase {
  const message = sentenceOf(found, plain);
  const text = `${message}. ${remedyOf(found, plain)}`;
  const failed = found.severity === 'fail' || found.severity === 'inconclusive';
  const file = found.source?.file ?? null;
  return { group: found.code, name: wording[found.code].title, file, failure: failed ? { kind: found.severity, message, text } : null, note: text };
}

/** Cases of one name are told apart by a number: readers show the first of them only. No name holds an amount, so that it is the same from month to month. */
function named(cases: readonly TestCase[]): TestCase[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const key = `${one.group} ${one.name}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` };
  });
}

function caseText({ group, name, file, failure, note }: TestCase): string {
  const place = file === null ? '' : ` file="${escapeXml(file)}"`;
  const open = `    <testcase classname="${escapeXml(group)}" name="${escapeXml(name)}"${place}`;
  const inner =
    failure === null
      ? `<system-out>${escapeXml(note)}</system-out>`
      : `<failure type="${failure.kind}" message="${escapeXml(failure.message)}">${escapeXml(failure.text)}</failure>`;
  return `${open}>${inner}</testcase>\n`;
}

/** Characters that XML 1.0 does not know become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`);
}
