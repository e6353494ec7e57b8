/** Placeholders in what stands around a ledger: owners of files, and workflows. No verdict rests on them, so that `validate` alone says them, as warnings. */
import { lstat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { excerptOf, lineStartsOf } from './yaml-document.ts';
import { listNames, openFile, realRoot } from './ledger-files.ts';
import { finding, type Finding } from '../model/finding.ts';
import { notThere } from '../model/not-there.ts';

const ownersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
const workflowFolder = '.github/workflows';
/** What `init` leaves open: an owner, and the release of the action, which stands as a commit of zeros until there is one. */
const placeholder = /(?<![\w-])@?(?:REPLACE_ME|VERIFY_FROM_SOURCE)(?![\w-])|[\w./-]+@0{40}(?!\w)/g;

/** In the order of files and lines; places are relative to the ledger, also where the repository begins above it. */
export async function findSharedPlaceholders(ledgerRoot: string): Promise<Finding[]> {
  const ledger = await realRoot(ledgerRoot);
  const repository = await repositoryOf(ledger);
  const workflows = (await listNames(repository, workflowFolder)).filter((name) => /\.ya?ml$/.test(name)).map((name) => `${workflowFolder}/${name}`);
  const findings: Finding[] = [];
  for (const name of [...ownersFiles, ...workflows]) {
    const opened = await openFile(repository, name);
    if (opened.state !== 'read') continue;
    const file = relative(ledger, join(repository, name)).split(sep).join('/');
    findings.push(...placeholdersIn(opened.content.toString('utf8'), file));
  }
  return findings;
}

/** The nearest folder above that git keeps; the ledger's own where there is none. */
async function repositoryOf(ledger: string): Promise<string> {
  for (let at = resolve(ledger); ; at = dirname(at)) {
    if ((await lstat(join(at, '.git')).catch(notThere)) !== null) return at;
    if (dirname(at) === at) return ledger;
  }
}

function placeholdersIn(text: string, file: string): Finding[] {
  const starts = lineStartsOf(text);
  return text.split('\n').flatMap((line, index) => {
    // What stands behind a # is said to people.
    const said = line.replace(/(?:^|\s)#.*$/, '');
    const [key = ''] = /[^\s:-][^\s:]*/.exec(said) ?? [];
    return [...said.matchAll(placeholder)].map((match) => {
      const source = { file, line: index + 1, column: match.index + 1 };
      return finding('placeholder', 'warn', { args: { key, value: match[0] }, source, excerpt: excerptOf(text, starts, source) });
    });
  });
}
