/** The page of one period: one file that loads nothing and runs nothing, for a browser, a screen reader and paper. Pure; same input, same bytes. */
import { monthOfResult } from '../../model/month.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { ExportSource } from '../exports/export-source.ts';
import { beforeInOneCurrency, inOneCurrency } from '../one-currency.ts';
import { Html, markup } from './html-text.ts';
import { section } from './page-parts.ts';
import { balanceStatement } from './sections/balance.ts';
import { causeLists } from './sections/causes.ts';
import { countFunnel } from './sections/counts.ts';
import { byAccount, byKey, byModel, byService, unexplainedByDay } from './sections/cuts.ts';
import { forecastLine, fourNumbers, pageHead } from './sections/head.ts';
import { mappingsInForce, pricesInForce } from './sections/prices.ts';
import { decisionTable, digestTable, evidenceTable, findingLists } from './sections/proof.ts';
import { trendSection } from './sections/trend.ts';
import { waterfall } from './sections/waterfall.ts';
import { sampleSteps } from './step-samples.ts';
import { styleSheet } from './style-sheet.ts';

/** Only the one style sheet holds, by its hash; no script, picture, font, frame or form is let in. */
const contentPolicy = `default-src 'none'; style-src 'sha256-${Buffer.from(sha256Of(styleSheet), 'hex').toString('base64')}'; base-uri 'none'; form-action 'none'`;

export async function renderPage(source: ExportSource): Promise<string> {
  const { findings, ledger, period, inputs, earlier } = source;
  const [result, before] = [inOneCurrency(source.result), beforeInOneCurrency(source.before, source.result)];
  const samples = await sampleSteps(source.lines());
  const months = [...earlier, monthOfResult(period, source.result, period.closed ? 'closed' : 'open')];
  const isComputed = result.bridge.length > 0;
  const body = markup`${pageHead(result)}
    <main>
      ${fourNumbers(result, before)} ${forecastLine(months.at(-1) ?? null)} ${section('bridge', 'From expected to charged', waterfall(result))}
      ${section('balance', 'The prepaid balance', balanceStatement(result))}
      ${section('why', 'Why, largest first', ...(isComputed ? [causeLists(result, samples)] : []))}
      ${section('days', 'Unexplained by day', unexplainedByDay(result))}
      ${section('cuts', cutHeading(result), ...(isComputed ? [byModel(result), byService(result), byAccount(result), byKey(result)] : []))}
      ${section('counts', 'Counts', countFunnel(result))} ${section('trend', 'Trend', trendSection(months))}
      ${section('prices', 'Prices and mappings in force', pricesInForce(ledger, period, result), mappingsInForce(ledger.mappings, period))}
      ${section('findings', 'Findings', findingLists(findings, result.period.currency))} ${section('decided', 'What decided', decisionTable(result))}
      ${section('evidence', 'Evidence', evidenceTable(inputs))} ${section('digests', 'Digests', digestTable(result))}
    </main>
    <footer><p>Amounts are rounded for reading; result.json has every digit.</p></footer>`;
  return document(`Trueup ${period.id}: ${result.verdict}`, body);
}

function cutHeading({ by_account: accounts, by_key: keys }: ExportSource['result']): string {
  const further = [...(accounts === undefined ? [] : ['by account']), ...(keys === undefined ? [] : ['by key'])];
  const names = ['By model', 'by service', ...further];
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function document(title: string, body: Html): string {
  const style = new Html(styleSheet);
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(contentPolicy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>${style}</style>
      </head>
      <body>
        <svg class="pattern" aria-hidden="true" focusable="false">
          <defs>
            <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <line class="stripe" x1="0" y1="0" x2="0" y2="6" />
            </pattern>
          </defs>
        </svg>
        ${body}
      </body>
    </html>\n`.text;
}
