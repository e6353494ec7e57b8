/** Makes everything that a release consists of, in a folder, without a registry: the package, its SBOM, the notes, and the hashes of all of it and of dist/. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changelogSection } from './changelog-section.ts';

const root = join(import.meta.dirname, '..', '..');
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

export interface MadeRelease {
  /** Absolute. */
  readonly tarball: string;
  /** Paths inside of the package. */
  readonly files: readonly string[];
  readonly components: number;
}

/** `section` is the heading of the changelog that the notes are cut from: the version, or before there is one `Unreleased`. */
export function makeRelease(folder: string, section: string): MadeRelease {
  mkdirSync(folder, { recursive: true });
  const [packed] = JSON.parse(npm('pack', '--json', `--pack-destination=${folder}`)) as [{ filename: string; files: { path: string }[] }];
  const components = writeSbom(join(folder, 'sbom.cdx.json'));
  const notes = changelogSection(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), section);
  if (notes === null) throw new Error(`CHANGELOG.md has no section ${section}, or an empty one.`);
  writeFileSync(join(folder, 'notes.md'), notes);
  const subjects = [...[packed.filename, 'sbom.cdx.json'].map((name) => [name, join(folder, name)] as const), ...bundleFiles()];
  writeFileSync(join(folder, 'SHA256SUMS'), subjects.map(([name, file]) => `${sha256(file)}  ${name}\n`).join(''));
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path), components };
}

/**
 * From the lock file alone. What is bundled into dist/ are development dependencies to npm, so nothing is left out; npm marks those. Throws when what the
 * package depends on is not in it.
 */
function writeSbom(file: string): number {
  const sbom = JSON.parse(npm('sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only')) as Sbom;
  // npm names the folder of the checkout, which is nobody's business.
  const named = { ...sbom, metadata: { ...sbom.metadata, component: { ...sbom.metadata.component, name: manifest.name } } };
  const known = new Set(named.components.map(({ purl }) => decodeURIComponent(purl)));
  const missing = Object.entries(manifest.dependencies).filter(([name, version]) => !known.has(`pkg:npm/${name}@${version}`));
  if (named.bomFormat !== 'CycloneDX' || missing.length > 0) throw new Error(`The SBOM lacks ${missing.map(([name]) => name).join(', ') || 'its format'}.`);
  writeFileSync(file, `${JSON.stringify(named, null, 2)}\n`);
  return named.components.length;
}

interface Sbom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly { readonly purl: string }[];
}

/** Name → file, of everything below dist/: the action runs from there. */
function bundleFiles(): (readonly [string, string])[] {
  const names = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => [`dist/${name.replaceAll('\\', '/')}`, join(root, 'dist', name)] as const).filter(([, file]) => statSync(file).isFile());
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function npm(...args: readonly string[]): string {
  return execFileSync('npm', ['--loglevel=error', ...args], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' });
}
