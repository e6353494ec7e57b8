/** What the machine refuses, in one sentence with a remedy: a full disk, a right that is missing, memory and open files that ran out. */
import { UserError } from './user-error.ts';

type Kind = 'disk-full' | 'not-allowed' | 'memory' | 'files' | 'disk-broken';

/** By the system's code, as Node has it. */
const codes: Readonly<Record<string, Kind>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EACCES: 'not-allowed',
  EPERM: 'not-allowed',
  EROFS: 'not-allowed',
  ENOMEM: 'memory',
  ERR_STRING_TOO_LONG: 'memory',
  ERR_MEMORY_ALLOCATION_FAILED: 'memory',
  ERR_WORKER_OUT_OF_MEMORY: 'memory',
  ENOBUFS: 'memory',
  EMFILE: 'files',
  ENFILE: 'files',
  EIO: 'disk-broken',
};

/** By the words of the engine and of the language, which have no code. */
const words: readonly (readonly [RegExp, Kind])[] = [
  [/No space left on device|Disk quota exceeded|File too large|max_temp_directory_size|not enough disk space/i, 'disk-full'],
  [/Too many open files/i, 'files'],
  [/^Out of Memory Error|Cannot allocate memory|failed to allocate|could not allocate|bad_?alloc|Allocation failed|Invalid (?:string|array) length/i, 'memory'],
  [/Permission denied|Operation not permitted|Read-only file system/i, 'not-allowed'],
  [/Input\/output error/i, 'disk-broken'],
];

const said: Readonly<Record<Kind, readonly [sentence: string, remedy: string]>> = {
  'disk-full': ['The disk is full', 'Make room where outputs and temporary files go, or name other folders (--out, TMPDIR).'],
  'not-allowed': ['A file or folder may not be read or written', 'Give the user that runs this the right to it, or name another folder (--out, TMPDIR).'],
  memory: ['The memory is used up', 'Give the run more of it, or the engine less (--memory), and close other programs.'],
  files: ['Too many files are open', 'Raise the limit of open files (ulimit -n), and run fewer programs at a time.'],
  'disk-broken': ['The disk does not answer as it should', 'Check the disk and the log of the system, and run this again.'],
};

/** null for what is no failure of the machine. The path that Node names is said; what the engine says of paths is left out. */
export function systemFailure(error: unknown): UserError | null {
  if (error instanceof UserError) return null;
  const kind = kindOf(error, 0);
  if (kind === null) return null;
  const [sentence, remedy] = said[kind];
  const where = error instanceof Error && 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
  return new UserError(`${sentence}${where} (${codeOf(error) ?? withoutPaths(reasonOf(error))}).`, remedy, { cause: error });
}

/** What the engine says, short and without the names of temporary files. */
function withoutPaths(reason: string): string {
  return reason
    .replaceAll(/(^|[\s(])["']?\/[^\s"']+["']?/g, '$1a file')
    .slice(0, 160)
    .replace(/[.\s]+$/, '');
}

function kindOf(error: unknown, depth: number): Kind | null {
  if (!(error instanceof Error)) return null;
  const byCode = codes[codeOf(error) ?? ''];
  if (byCode !== undefined) return byCode;
  // Of an engine's message only the first line is its own: the others repeat what stands in a file. And what it says of content is about content.
  const [line = ''] = error.message.split('\n');
  const spoken = /^(?:Invalid Input|Conversion|Invalid) Error/.test(line) ? undefined : words.find(([pattern]) => pattern.test(line));
  if (spoken !== undefined) return spoken[1];
  return depth < 3 ? kindOf(error.cause, depth + 1) : null;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const longest = 300;

/** The first line of the message; without one the code, the reasons inside, or the error's name. */
export function reasonOf(error: unknown): string {
  return wordsOf(error, 0).slice(0, longest);
}

function wordsOf(error: unknown, depth: number): string {
  if (!(error instanceof Error)) return firstLine(String(error)) ?? 'no reason was given';
  const code = 'code' in error && typeof error.code === 'string' ? firstLine(error.code) : null;
  const inner: unknown = error instanceof AggregateError ? (error.errors as readonly unknown[])[0] : error.cause;
  const within = depth < 3 && inner !== undefined && inner !== null ? wordsOf(inner, depth + 1) : null;
  return firstLine(error.message) ?? within ?? code ?? firstLine(error.name) ?? 'no reason was given';
}

function firstLine(text: string): string | null {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '') ?? null
  );
}
