/**
 * Draws the pictures of the documents from real output: `npm run pictures`. It makes a repository in a temporary folder whose main branch
 * lacks the example's failing month and whose change brings it, asks the command line for the comment and the summary that the Action
 * would post, renders them with GitHub's own stylesheet, and photographs the pages with the machine's Chromium (`CHROMIUM` names another).
 * What draws is pinned in scripts/pictures/ and is no part of the product.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Picture {
  readonly view: 'comment' | 'summary';
  /** The folded part that is shown open: the one that tells the story. */
  readonly open: string;
}

const pictures: readonly Picture[] = [
  { view: 'comment', open: 'The bridge' },
  { view: 'summary', open: 'The bridge as a chart' },
];
/** As wide as GitHub's column of comments, in CSS pixels, with room for the frame. */
const width = 900;
/** Sharp on a dense screen. */
const scale = 1.5;
const longestPicture = 300_000;
const longestOutput = 64 * 1024 * 1024;

const root = join(import.meta.dirname, '..');
const drawing = join(import.meta.dirname, 'pictures');
const drawer = createRequire(join(drawing, 'package.json'));
const chromium = process.env['CHROMIUM'] ?? 'chromium';

const work = mkdtempSync(join(tmpdir(), 'trueup-pictures-'));
try {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: drawing, stdio: ['ignore', 'ignore', 'inherit'] });
  const repository = makeChange(join(work, 'repository'));
  mkdirSync(join(root, 'docs', 'pictures'), { recursive: true });
  for (const picture of pictures) {
    const name = `docs/pictures/${picture.view}.png`;
    const page = join(work, `${picture.view}.html`);
    writeFileSync(page, await htmlOf(markdownOf(repository, picture.view), picture.open));
    const image = await shrink(photograph(page));
    if (image.length > longestPicture) throw new Error(`${name} would have ${image.length} bytes, more than a reader of README.md should have to load.`);
    writeFileSync(join(root, name), image);
    console.log(`${name} (${image.length} bytes)`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The example ledger as a repository: everything but May on the base, May in the change. */
function makeChange(folder: string): string {
  const may = join('periods', '2026-05');
  const example = join(root, 'examples', 'cometapi');
  cpSync(example, folder, { recursive: true, filter: (path) => !path.includes(may) && !path.endsWith('.trueup') });
  // The summary names the commits: the same files at the same time have the same names.
  const moment = '2026-06-15T12:00:00Z';
  const env = { ...process.env, GIT_AUTHOR_DATE: moment, GIT_COMMITTER_DATE: moment, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull };
  const git = (...options: string[]): void => {
    execFileSync('git', ['-c', 'user.name=Trueup', '-c', 'user.email=trueup@example.org', ...options], { cwd: folder, env, stdio: 'ignore' });
  };
  git('init', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--message=Ledger until April');
  cpSync(join(example, may), join(folder, may), { recursive: true });
  git('add', '--all');
  git('commit', '--message=May');
  return folder;
}

/** From the source, by the loader that runs this script: the bundle is built from nothing else. */
function markdownOf(repository: string, view: Picture['view']): string {
  const options = ['--ledger', '.', '--base', 'HEAD~1', '--render', view, '--as-of', '2026-06-15', '--fail-on', 'never'];
  const program = [...process.execArgv, join(root, 'src', 'cli.ts')];
  return execFileSync(process.execPath, [...program, 'reconcile', ...options], { cwd: repository, encoding: 'utf8', maxBuffer: longestOutput });
}

/** The page as GitHub would show it. Its title becomes its height, once the charts are drawn. */
async function htmlOf(markdown: string, open: string): Promise<string> {
  const { marked } = (await import(pathToFileURL(drawer.resolve('marked')).href)) as { marked: { parse(text: string): string } };
  const style = readFileSync(drawer.resolve('github-markdown-css/github-markdown-light.css'), 'utf8');
  const mermaid = pathToFileURL(join(dirname(drawer.resolve('mermaid')), 'mermaid.min.js')).href;
  const folded = `<details><summary>${open}</summary>`;
  const body = marked.parse(markdown);
  if (!body.includes(folded)) throw new Error(`There is no folded part named ${JSON.stringify(open)} any more.`);
  return `<!doctype html>
<meta charset="utf-8">
<style>
${style}
html { background: #fff }
body { margin: 0; width: ${width}px }
main { box-sizing: border-box; margin: 8px; padding: 16px; border: 1px solid #d1d9e0; border-radius: 6px }
pre.mermaid { background: none; padding: 0; text-align: center }
</style>
<main class="markdown-body">${body.replace(folded, folded.replace('<details>', '<details open>'))}</main>
<script src="${mermaid}"></script>
<script>
for (const code of document.querySelectorAll('code.language-mermaid')) {
  const chart = document.createElement('pre');
  chart.className = 'mermaid';
  chart.textContent = code.textContent;
  code.parentElement.replaceWith(chart);
}
mermaid.initialize({ startOnLoad: false, deterministicIds: true, handDrawnSeed: 1 });
mermaid.run({ querySelector: 'details[open] .mermaid' }).then(
  () => (document.title = String(document.querySelector('main').getBoundingClientRect().bottom + 8)),
  (error) => (document.title = 'failed: ' + error.message),
);
</script>
`;
}

/** Twice: the first look tells how high the page is. */
function photograph(page: string): Buffer {
  const image = `${page}.png`;
  const look = (...options: string[]): string => {
    const shared = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--virtual-time-budget=10000', '--allow-file-access-from-files'];
    const all = [...shared, ...options, pathToFileURL(page).href];
    return execFileSync(chromium, all, { encoding: 'utf8', maxBuffer: longestOutput, stdio: ['ignore', 'pipe', 'ignore'] });
  };
  const title = /<title>([^<]*)<\/title>/.exec(look(`--window-size=${width},1000`, '--dump-dom'))?.[1] ?? '';
  const height = Math.ceil(Number(title));
  if (!(height > 0 && height < 10_000)) throw new Error(`The page could not be drawn: ${title || 'it has no height'}.`);
  look(`--window-size=${width},${height}`, `--force-device-scale-factor=${scale}`, `--screenshot=${image}`);
  return readFileSync(image);
}

interface Codec {
  decode(file: ArrayBuffer): { readonly width: number; readonly height: number };
  toRGBA8(image: ReturnType<Codec['decode']>): ArrayBuffer[];
  encode(frames: readonly ArrayBuffer[], width: number, height: number, colours: number): ArrayBuffer;
}

/** Text and lines need no more than a palette. */
async function shrink(image: Buffer): Promise<Buffer> {
  const { default: codec } = (await import(pathToFileURL(drawer.resolve('upng-js')).href)) as { default: Codec };
  const decoded = codec.decode(new Uint8Array(image).buffer);
  return Buffer.from(codec.encode(codec.toRGBA8(decoded), decoded.width, decoded.height, 256));
}
