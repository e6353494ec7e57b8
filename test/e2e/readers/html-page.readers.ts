/**
 * The page in a real browser, for months that pass, warn and fail: it says nothing on the console, asks for nothing, breaks no policy, fits a telephone, can be
 * used with the keyboard, prints, and has no fault that axe knows, in light and dark and with every part unfolded.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { callCli } from '../call-cli.ts';
import { freezeAndClose, settingsFor, threeMonths } from '../controls/three-months.ts';

const executablePath = inject('browser');
const workspace = mkdtempSync(join(tmpdir(), 'trueup-browser-'));
const example = join(import.meta.dirname, '../../../examples/cometapi');
/** Where the pictures go, for whoever wants to look at them. */
const pictures = process.env['TRUEUP_PICTURES'] ?? join(workspace, 'pictures');
/** Name → what is served under it. */
const pages = new Map<string, string>();
const asked: string[] = [];
let browser: Browser;
let server: Server;

const months = ['2026-03', '2026-04', '2026-05', 'closed-before'];
const views = {
  light: { colorScheme: 'light', viewport: { width: 1100, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1100, height: 800 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
} as const satisfies Record<string, BrowserContextOptions>;
const cases = months.flatMap((month) => Object.entries(views).map(([view, options]) => ({ month, view, options })));

beforeAll(async () => {
  if (executablePath === null) return;
  mkdirSync(pictures, { recursive: true });
  for (const month of months.slice(0, 3)) pages.set(month, await exported(example, month));
  const root = threeMonths(workspace, 'ledger');
  await freezeAndClose(root, '2026-03', settingsFor(workspace));
  pages.set('closed-before', await exported(root, '2026-04'));
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(pages.get(url.slice(1)) ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(async () => {
  if (executablePath !== null) {
    await browser.close();
    server.close();
  }
  rmSync(workspace, { recursive: true, force: true });
});

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
  readonly passes: readonly { readonly id: string }[];
}

async function exported(ledger: string, month: string): Promise<string> {
  const { code, stdout } = await callCli(workspace, ['export', month, 'html', '--ledger', ledger, '--as-of', '2026-06-15', '--out', join(workspace, 'out')]);
  if (code !== 0) throw new Error(stdout);
  return readFileSync(join(workspace, 'out', `${month}.html`), 'utf8');
}

/** Opens the page in a context of its own; `said` fills with whatever the browser complains of. */
async function withPage<T>(month: string, options: BrowserContextOptions, use: (page: Page, said: string[]) => Promise<T>): Promise<T> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(String(error)));
  page.on('requestfailed', (request) => said.push(request.url()));
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${month}`);
    return await use(page, said);
  } finally {
    await context.close();
  }
}

describe.runIf(executablePath !== null)('in a browser', () => {
  it.each(cases)('$month, $view: silent, alone, and as wide as the screen', async ({ month, view, options }) => {
    asked.length = 0;
    await withPage(month, options, async (page, said) => {
      writeFileSync(join(pictures, `${month}-${view}.png`), await page.screenshot({ fullPage: true }));
      expect(said).toEqual([]);
      expect(asked.filter((url) => url !== '/favicon.ico')).toEqual([`/${month}`]);
      const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      expect(beyond).toBe(0);
      // Its own style sheet holds: without it there would be no grid.
      expect(await page.evaluate<string>(`getComputedStyle(document.querySelector('.numbers')).display`)).toBe('grid');
    });
  });

  it.each(cases)('$month, $view: no fault that axe knows', async ({ month, options }) => {
    await withPage(month, { ...options, bypassCSP: true }, async (page) => {
      await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`);
      await page.addScriptTag({ content: axe.source });
      const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
      const faults = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
      expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'td-headers-attr']));
      expect(faults).toEqual([]);
    });
  });

  it('a policy that is broken would be seen: a style and a script of others do nothing and are complained of', async () => {
    pages.set('broken', (pages.get('2026-03') ?? '').replace('<main>', '<main><p style="color:red" id="red">x</p><script>document.title = "ran"</script>'));
    await withPage('broken', views.light, async (page, said) => {
      expect(said.length).toBeGreaterThan(1);
      expect(await page.title()).not.toBe('ran');
    });
  });

  it('the keyboard reaches every region that scrolls and every part that folds, and scrolls and unfolds them', async () => {
    await withPage('2026-05', views.narrow, async (page) => {
      const wanted = await page.evaluate<number>(`
        [...document.querySelectorAll('.scroll, summary')].filter((one) => one.checkVisibility()).map((one, index) => (one.dataset.place = String(index))).length`);
      const reached = new Set<string>();
      for (let step = 0; step < wanted + 2; step += 1) {
        await page.keyboard.press('Tab');
        const place = await page.evaluate<string | null>(`document.activeElement.dataset.place ?? null`);
        if (place !== null) reached.add(place);
      }
      expect(wanted).toBeGreaterThan(10);
      expect(reached.size).toBe(wanted);
      const bridge = page.locator('.scroll').first();
      await bridge.focus();
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => bridge.evaluate((region) => region.scrollLeft)).toBeGreaterThan(0);
      await page.locator('summary').first().focus();
      await page.keyboard.press('Enter');
      expect(await page.evaluate<boolean>(`document.querySelector('details').open`)).toBe(true);
    });
  });

  it('prints in black on white, with what is folded, whatever the screen shows', async () => {
    await withPage('2026-05', views.dark, async (page) => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      const colours = await page.evaluate<string[]>(`[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]`);
      expect(colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
      const days = page.getByText('2026-05-17', { exact: true });
      expect(await days.first().isVisible()).toBe(true);
      const paperFile = await page.pdf({ format: 'A4' });
      writeFileSync(join(pictures, '2026-05.pdf'), paperFile);
      expect(paperFile.subarray(0, 5).toString()).toBe('%PDF-');
    });
  });
});
