/** The page of a period as the command writes it: nothing in it acts, whatever strangers wrote into the evidence, and its figures are those of the result. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { afterAll, describe, expect, it } from 'vitest';
import { scrubSecrets } from '../../src/report/scrub-secrets.ts';
import { baseAlone, scenariosOf, type Expected } from '../scenarios/expected.ts';
import { layOut } from '../scenarios/lay-out.ts';
import { callCli } from './call-cli.ts';
import { freezeAndClose, settingsFor, threeMonths } from './controls/three-months.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-page-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

async function pageOf(ledger: string, period: string, name: string): Promise<string> {
  const out = join(workspace, `${name}-out`);
  const { code, stdout } = await callCli(workspace, ['export', period, 'html', '--ledger', ledger, '--as-of', '2026-06-15', '--out', out]);
  expect([code, stdout]).toEqual([0, `Wrote ${join(out, `${period}.html`)}\n`]);
  return readFileSync(join(out, `${period}.html`), 'utf8');
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Every element of the page, as a browser reads it. */
function elementsOf(page: string): Element[] {
  const found: Element[] = [];
  const textOf = (node: DefaultTreeAdapterTypes.Node): string =>
    'value' in node ? node.value : 'childNodes' in node ? node.childNodes.map((child: DefaultTreeAdapterTypes.Node) => textOf(child)).join('') : '';
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) found.push({ name: node.tagName, attributes: new Map(node.attrs.map(({ name, value }) => [name, value])), text: textOf(node) });
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(page));
  return found;
}

/** Nothing that runs, loads, leads away or sends. */
const inert =
  'html head meta title style body header main footer section h1 h2 h3 p span strong code dl div dt dd ul li table caption thead tbody tr th td details summary svg defs pattern rect line text circle'.split(
    ' ',
  );
const acting = /^(?:on|href|src|srcset|style|action|formaction|data|xlink|ping|background|poster|http-equiv)/;

function expectInertPage(page: string): void {
  const elements = elementsOf(page);
  expect(elements.map(({ name }) => name).filter((name) => !inert.includes(name))).toEqual([]);
  const attributes = elements.flatMap(({ attributes: own }) => Array.from(own).filter(([name]) => acting.test(name)));
  expect(attributes).toEqual([['http-equiv', 'Content-Security-Policy']]);
  expect(elements.filter(({ name }) => name === 'style').length).toBe(1);
}

describe('the page', () => {
  it('names the hash of its one style sheet in its policy, and lets in nothing else', async () => {
    const page = await pageOf(await layOut(workspace, '_base', baseAlone), '2026-05', 'base');
    const elements = elementsOf(page);
    const style = elements.find(({ name }) => name === 'style')?.text ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = elements.find(({ attributes }) => attributes.has('http-equiv'))?.attributes.get('content');
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expectInertPage(page);
    // Taking secrets out of it again changes nothing, and least of all the style sheet.
    expect(scrubSecrets(page)).toBe(page);
  });

  it.each(scenariosOf('reconcile').filter(([name]) => name.includes('-hostile-')))('stays inert: %s', async (name: string, expected: Expected) => {
    expectInertPage(await pageOf(await layOut(workspace, name, expected), '2026-05', name));
  });

  it('says what cannot be judged without a bridge', async () => {
    const [name, expected] = scenariosOf('reconcile').find(([, { verdict, exit }]) => verdict === 'inconclusive' && exit === 2) ?? ['', baseAlone];
    const page = await pageOf(await layOut(workspace, name, expected), expected.period ?? '2026-05', name);
    expect(page).toContain('>Inconclusive</span>');
    expectInertPage(page);
  });

  it('has the figures of the result, the same bytes again, and a table beside each picture', async () => {
    const ledger = join(import.meta.dirname, '../../examples/cometapi');
    const page = await pageOf(ledger, '2026-05', 'example');
    expect(await pageOf(ledger, '2026-05', 'again')).toBe(page);
    const elements = elementsOf(page);
    expect(elements.filter(({ attributes }) => attributes.get('class') === 'figure').map(({ text }) => text)).toEqual(['34.15', '37.27', '44.12', '5.15']);
    const headings = elements.filter(({ name }) => name === 'h2').map(({ text }) => text);
    expect(headings).toEqual([
      'From expected to charged',
      'Why, largest first',
      'Unexplained by day',
      'By model and by service',
      'Counts',
      'Trend',
      'Prices and mappings in force',
      'Findings',
      'What decided',
      'Evidence',
      'Digests',
    ]);
    // The largest first, what nothing explains apart from the rest.
    const causes = elements.filter(({ attributes }) => attributes.get('class') === 'open').map(({ text }) => /[+-][\d.]+ · [^(\n]+/.exec(text)?.[0].trim());
    expect(causes.slice(0, 3)).toEqual([
      '+2.50 · Invoice bills more usage than the export holds: claude-sonnet-4-6',
      '+1.03 · Billed as another model: gpt-4.1-2025-04-14, gpt-4.1-mini-2025-04-14 for doc-assistant',
      '+0.35 · Charges only our gateway knows: claude-sonnet-4-6 and 3 more',
    ]);
    expectInertPage(page);
  });

  it('has what is counted beside tokens, on both sides, in the digits of the result; a ledger in tokens alone has no such table', async () => {
    const [name, expected] = scenariosOf('reconcile').find(([one]) => one === 'unexplained-step-meter') ?? ['', baseAlone];
    const page = await pageOf(await layOut(workspace, name, expected), '2026-05', name);
    const rows = elementsOf(page).filter(({ name: tag, text }) => tag === 'tr' && /^(?:audio_input|image|second|web_search)\d+$/.test(text));
    expect(rows.map(({ text }) => text)).toEqual(['audio_input00', 'image00', 'second00', 'web_search33']);
    expect(page).toContain('What is counted beside tokens, on both sides');
    expectInertPage(page);
    const without = await pageOf(await layOut(workspace, '_base', baseAlone), '2026-05', 'without-meters');
    expect(without).not.toContain('counted beside tokens');
  });

  it('has closed months in its trend as they were approved, and the month before beside the four numbers', async () => {
    const root = threeMonths(workspace, 'months');
    const settings = settingsFor(workspace);
    await freezeAndClose(root, '2026-03', settings);
    const page = await pageOf(root, '2026-04', 'april');
    const rows = elementsOf(page).filter(({ name, text }) => name === 'tr' && /^\s*2026-0[34]\s/.test(text.replace(/(2026-0[34])(\D)/, '$1 $2')));
    const trend = rows.map(({ text }) => text.trim().replace(/\s+/g, ' ')).filter((text) => /closed|this one/.test(text));
    expect(trend.map((text) => text.slice(0, 13))).toEqual(['2026-03closed', '2026-04this o']);
    expect(page).toContain('>March 2026: ');
    expect(page).toContain('aria-label="Unexplained basis points by period');
    expectInertPage(page);
  });
});
