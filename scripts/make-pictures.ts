/**
 * Draws the pictures of the documents from real output: `npm run pictures [folder]`. It makes repositories whose last commit changes the example ledger,
 * asks the command line for the comment that the Action would post and for the terminal view, and photographs both. In another folder than docs/pictures
 * it draws every comment, to be looked at.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { changes, makeChange } from './pictures/changes.ts';
import { drawer, photograph, shrink } from './pictures/photograph.ts';

/** As wide as GitHub's column of comments, in CSS pixels, with room for the frame. */
const width = 900;
/** Of the page: as far down as a reader looks at first. */
const measured = `<script>document.title = '1250'</script></body>`;
const longestPicture = 300_000;
const longestOutput = 64 * 1024 * 1024;

const root = join(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(root, 'docs', 'pictures'));
const committed: readonly string[] = ['comment-fail', 'comment-pass'];

const work = mkdtempSync(join(tmpdir(), 'trueup-pictures-'));
try {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: join(root, 'scripts', 'pictures'),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  mkdirSync(out, { recursive: true });
  for (const [name, change] of Object.entries(changes)) {
    if (process.argv[2] === undefined && !committed.includes(`comment-${name}`)) continue;
    const repository = makeChange(join(work, name), change);
    await draw(`comment-${name}`, await commentPage(comment(repository)));
    if (name !== 'fail') continue;
    await draw('terminal', terminalPage(terminal(repository)));
    await draw('page', readFileSync(exported(repository, 'html'), 'utf8').replace('</body>', measured));
    await keep('workbook', bookPage(exported(repository, 'xlsx')));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function draw(name: string, html: string): Promise<void> {
  const page = join(work, `${name}.html`);
  // The page forbids scripts, ours as well.
  writeFileSync(page, html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, ''));
  await keep(name, photograph(page, width));
}

async function keep(name: string, drawn: Buffer): Promise<void> {
  const image = await shrink(drawn);
  if (image.length > longestPicture) throw new Error(`${name} would have ${image.length} bytes, more than a reader of README.md should have to load.`);
  writeFileSync(join(out, `${name}.png`), image);
  console.log(`${name}.png (${image.length} bytes)`);
}

function comment(repository: string): string {
  const links = ['--links', 'https://github.com/acme/spend'];
  return trueup(repository, ['--base', 'HEAD~1', '--render', 'comment', ...links], {});
}

function exported(repository: string, kind: string): string {
  trueup(repository, ['2026-05', kind], {}, 'export');
  return join(repository, '.trueup', `2026-05.${kind}`);
}

/** The bridge of the workbook as LibreOffice prints it. */
function bookPage(book: string): Buffer {
  const filter = 'pdf:calc_pdf_Export:{"PageRange":{"type":"string","value":"1-3"}}';
  execFileSync('soffice', [`-env:UserInstallation=file://${join(work, 'office')}`, '--headless', '--convert-to', filter, '--outdir', work, book], {
    stdio: 'ignore',
  });
  execFileSync('pdftoppm', ['-r', '100', '-f', '2', '-l', '2', '-png', '-singlefile', join(work, '2026-05.pdf'), join(work, 'book')]);
  return readFileSync(join(work, 'book.png'));
}

function terminal(repository: string): string {
  return trueup(repository, ['2026-05'], { COLUMNS: '80', FORCE_COLOR: '1' }).replaceAll(repository, '~/spend');
}

/** From the source, by the loader that runs this script: the bundle is built from nothing else. */
function trueup(repository: string, options: readonly string[], env: Readonly<Record<string, string>>, command = 'reconcile'): string {
  const program = [...process.execArgv, join(root, 'src', 'cli.ts'), command, ...options];
  const rest = ['--ledger', '.', '--as-of', '2026-06-15', ...(command === 'reconcile' ? ['--fail-on', 'never'] : [])];
  return execFileSync(process.execPath, [...program, ...rest], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: longestOutput,
    env: { ...process.env, ...env },
  });
}

/** The page as GitHub would show it. */
async function commentPage(markdown: string): Promise<string> {
  const { marked } = (await import(pathToFileURL(drawer.resolve('marked')).href)) as { marked: { parse(text: string): string } };
  const style = readFileSync(drawer.resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
  return page(`${style}\nmain { padding: 16px }`, `<main class="markdown-body">${marked.parse(markdown)}</main>`);
}

function terminalPage(text: string): string {
  const classes: Readonly<Record<string, string>> = { 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan', 1: 'bold', 2: 'dim' };
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  // eslint-disable-next-line no-control-regex -- these are the codes
  const body = escaped.replace(/\u001b\[(\d+)m/g, (_, code: string) =>
    ['0', '22', '39'].includes(code) ? '</span>' : `<span class="${classes[code] ?? ''}">`,
  );
  const style = `main { padding: 16px; background: #0d1117; color: #e6edf3 } pre { margin: 0; font: 14px/1.45 monospace }
.red { color: #ff7b72 } .green { color: #7ee787 } .yellow { color: #d29922 } .cyan { color: #79c0ff } .bold { font-weight: bold } .dim { color: #8b949e }`;
  return page(style, `<main><pre>${body}</pre></main>`);
}

/** Its title becomes its height. */
function page(style: string, body: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<style>
${style}
html { background: #fff }
body { margin: 0; width: ${width}px }
main { box-sizing: border-box; margin: 8px; border: 1px solid #d1d9e0; border-radius: 6px }
</style>
${body}
<script>document.title = String(document.querySelector('main').getBoundingClientRect().bottom + 8)</script>
`;
}
