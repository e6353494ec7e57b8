/** docs/findings.md from the words and the severities in the source. */
import { defaultSeverities, failClosedCodes, findingCodes } from '../src/model/finding.ts';
import { wording } from '../src/report/wording.ts';

const preface = `# Findings

Everything that Trueup can complain about. This page is written by \`npx tsx scripts/write-findings-table.ts\` from the words in \`src/report/wording/\`
and the severities in \`src/model/finding.ts\`; a test holds it against them.

- \`info\` is only said. \`warn\` makes the verdict *warn* at best. \`quarantine\` keeps the rows in every sum, states their money apart and makes the
  verdict *warn* at best. \`fail\` fails. \`inconclusive\` means that something could not be read or judged, and is never green.
- \`policy.rules\` in \`trueup.yaml\` may raise every finding. It may lower those that are at most \`warn\`. Findings marked † fail closed: they may be
  turned into \`quarantine\` and nothing less. What else fails by itself cannot be lowered, but for \`approval-not-found\` and \`segregation\`, which are the team's to set.
- Thresholds (\`threshold-*\`) have the severity of the level that was breached.
`;

/** The page, byte for byte. */
export function findingsTable(): string {
  const rows = findingCodes.map((code) => {
    const { title, remedy } = wording[code];
    const mark = failClosedCodes.includes(code) ? ' †' : '';
    return `| \`${code}\`${mark} | ${cell(title)} | ${defaultSeverities[code]} | ${cell(remedy)} |`;
  });
  return `${preface}\n| Code | Meaning | Default severity | Remedy |\n| :-- | :-- | :-- | :-- |\n${rows.join('\n')}\n`;
}

/** Placeholders of a remedy read as dots; angle brackets and pipes stay text. */
function cell(text: string): string {
  return text
    .replace(/\{\w+\}/g, '…')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('|', '&#124;');
}
