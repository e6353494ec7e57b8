/** What a repository needs around a ledger: owners of its files, large files out of git, and the workflows. */
import { pathIn } from '../../model/layout.ts';
import type { InitFacts } from './init-facts.ts';
import { workflowTexts } from './workflow-texts.ts';

export interface SharedFile {
  /** POSIX name in the repository. */
  readonly name: string;
  /** Other names under which the host looks for the same file: one of them is enough. */
  readonly alsoAt: readonly string[];
  readonly text: string;
}

export function sharedFiles(facts: InitFacts): SharedFile[] {
  return [
    { name: '.github/CODEOWNERS', alsoAt: ['CODEOWNERS', 'docs/CODEOWNERS'], text: owners(facts) },
    { name: '.gitattributes', alsoAt: [], text: attributes(facts) },
    { name: '.gitignore', alsoAt: [], text: '# What `trueup reconcile` writes.\n.trueup/\n' },
    ...Object.entries(workflowTexts).map(([name, text]) => ({ name: `.github/workflows/trueup-${name}`, alsoAt: [], text: renamed(text) })),
  ];
}

/** The workflows speak of each other by file name. */
function renamed(text: string): string {
  return Object.keys(workflowTexts).reduce((done, name) => done.replaceAll(new RegExp(`(?<![\\w-])${name.replace('.', '\\.')}`, 'g'), `trueup-${name}`), text);
}

/** A pattern of CODEOWNERS, which ends at a blank. */
function within({ path }: InitFacts, name: string): string {
  return path === '.' ? `/${name}` : `/${path.replaceAll(/[ #]/g, String.raw`\$&`)}/${name}`;
}

/** A pattern of .gitattributes, which may stand in quotes. */
function attributePattern({ path }: InitFacts, pattern: string): string {
  const whole = pathIn(path, pattern);
  return /[^\w./*@+-]/.test(whole) ? JSON.stringify(whole) : whole;
}

function owners(facts: InitFacts): string {
  const owner = `@${facts.owner ?? 'REPLACE_ME'}`;
  const lines = ['trueup.yaml', 'models.yaml', 'contract.yaml', 'prices/', 'periods/', 'drills/'].map((name) => `${within(facts, name)} ${owner}\n`);
  return `# Who must approve a change of the ledger. An organisation cannot own files: name a team, @organisation/team.\n${lines.join('')}`;
}

function attributes(facts: InitFacts): string {
  const at = (pattern: string): string => attributePattern(facts, pattern);
  return `# The same bytes on every machine: locks and closes hold hashes of these files. Evidence goes to Git LFS: run \`git lfs install\` once.
${at('periods/*/evidence/**')} filter=lfs diff=lfs merge=lfs -text
${at('periods/*/evidence/.gitkeep')} -filter -diff -merge
${at('drills/**')} -text
${at('prices/**')} -text
${at('**/*.yaml')} text eol=lf
`;
}
