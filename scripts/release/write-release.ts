/**
 * For the release workflow: `npx tsx scripts/release/write-release.ts <folder> <tag>` fills the folder with what is published and attached, and says as
 * outputs of the step how npm shall file it.
 */
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { makeRelease } from './make-release.ts';
import { distTagOf, releaseOf } from './release-tags.ts';

const [folder = '', tag = ''] = process.argv.slice(2);
const release = releaseOf(tag);
if (release === null) throw new Error(`${JSON.stringify(tag)} is no tag of a release, such as v1.2.3.`);
const { tarball, components } = makeRelease(folder, release.version);
const outputs = `tarball=${basename(tarball)}\ndist-tag=${distTagOf(release)}\n`;
const file = process.env['GITHUB_OUTPUT'] ?? '';
if (file !== '') appendFileSync(file, outputs);
console.log(`${outputs}${components} components in the SBOM`);
