/** Takes secrets out of text on every way out: a runner masks them in its log only, not in comments, summaries, annotations, outputs or artifacts. */

/** Stands in for a secret. Shorter than anything it replaces, so that text never grows, and without a meaning in Markdown, HTML or a log. */
export const secretRemoved = '(secret removed)';

/**
 * One pass per kind. Each pattern, once begun, takes all that it can or gives up after a bounded number of characters, so that a pass is linear.
 * A word like `task-` or `disk-` must not begin an `sk-`; after a percent escape (`%0Ask-…`) a word begins anew.
 */
const patterns: readonly RegExp[] = [
  // Private keys in PEM, to their end or as far as they reach: also with `\n` written out, as in JSON.
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s\\:,-]{0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|[A-Za-z0-9+/=\s\\:,-]{0,20000})/g,
  // GitHub: classic, OAuth, user, server (long ones hold dots and dashes), refresh, fine-grained.
  /(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))gh[pousr]_[A-Za-z0-9._-]{16,}/g,
  /gh[pousr]_[A-Za-z0-9]{36,}[A-Za-z0-9._-]*/g,
  /github_pat_[A-Za-z0-9_]{16,}/g,
  // OpenAI and those who took over its form (sk-proj-, sk-ant-, …).
  /(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))sk-[A-Za-z0-9_-]{16,}/g,
  // Access keys of AWS, long-lived and temporary.
  /(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2}))A[KS]IA[A-Z0-9]{16,}/g,
  /xox[a-z]-[A-Za-z0-9-]{12,}/g,
  /AIza[A-Za-z0-9_-]{30,}/g,
  /Bearer[\s:=]{1,8}[A-Za-z0-9._~+/-]{12,}=*/gi,
];

/** The parts of a JSON web token; what only begins like one stays. */
const webToken = /eyJ[A-Za-z0-9_-]{10,}((?:\.[A-Za-z0-9_-]*){0,4})/g;
const shortestTail = 12;

/** A secret that is glued to another is seen only when that one is gone; no honest text needs more rounds. */
const mostRounds = 4;

/** `text` with every known kind of secret replaced. Never longer than `text`. */
export function scrubSecrets(text: string): string {
  let scrubbed = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const before = scrubbed;
    scrubbed = scrubOnce(before);
    if (scrubbed === before) break;
  }
  return scrubbed;
}

function scrubOnce(text: string): string {
  const scrubbed = patterns.reduce((rest, pattern) => rest.replace(pattern, secretRemoved), text);
  return scrubbed.replace(webToken, (whole, tail: string) => (tail.length < shortestTail ? whole : secretRemoved));
}
