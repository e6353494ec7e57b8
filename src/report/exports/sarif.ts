/** SARIF 2.1.0 (OASIS): the findings of a period with their places, for code scanning and for editors. */
import { pathIn } from '../../model/layout.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import { visibleText } from '../escape-markdown.ts';
import { canonicalJson } from '../canonical-json.ts';
import { remedyOf, sentenceOf, wording } from '../wording.ts';
import { presentable } from '../scrub-secrets.ts';
import type { Exporter, ExportSource } from './export-source.ts';

export const sarifExporter: Exporter = {
  kind: 'sarif',
  description: 'SARIF: findings with their places',
  files: [{ name: (period) => `${period}.sarif`, content: (source) => [sarif(source)] }],
};

const levels: Readonly<Record<Severity, string>> = { info: 'note', warn: 'warning', quarantine: 'warning', fail: 'error', inconclusive: 'error' };
const show = (text: string): string => visibleText(text, 500);

/** Places are those of the ledger's own folder. */
function sarif({ result, findings }: ExportSource): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id) => ({
    id,
    shortDescription: { text: wording[id].title },
    help: { text: wording[id].remedy },
    properties: { tags: ['finops', 'reconciliation'] },
  }));
  const run = {
    tool: { driver: { name: 'Trueup', version: result.tool_version, rules } },
    originalUriBaseIds: { LEDGER: { description: { text: 'The folder that holds trueup.yaml.' } } },
    automationDetails: { id: `trueup/${show(result.period.id)}/` },
    columnKind: 'utf16CodeUnits',
    results: findings.map((found) => resultOf(found, codes.indexOf(found.code))),
  };
  const document = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(presentable(document), null, 2)}\n`;
}

function resultOf(found: Finding, ruleIndex: number): object {
  const { code, severity, source, args, count, amount } = found;
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: `${sentenceOf(found, show)}. ${remedyOf(found, show)}` },
    ...(source === null ? {} : { locations: [placeOf(source)] }),
    // What tells the finding from others, whatever the order and the line.
    partialFingerprints: { 'trueup/v1': sha256Of(canonicalJson(presentable({ code, args, file: source?.file ?? null }))) },
    properties: { severity, count, amount },
  };
}

function placeOf({ file, line, column }: NonNullable<Finding['source']>): object {
  const uri = pathIn('.', file).split('/').map(encodeURIComponent).join('/');
  const region = line === 0 ? {} : { region: { startLine: line, ...(column === 0 ? {} : { startColumn: column }) } };
  return { physicalLocation: { artifactLocation: { uri, uriBaseId: 'LEDGER' }, ...region } };
}
