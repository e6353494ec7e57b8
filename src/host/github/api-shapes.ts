/** The parts of GitHub's answers that are used; everything else in them is ignored. */
import { z } from 'zod';

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
const author = z.looseObject({ login: z.string() }).nullable();

export const commentShape = z.looseObject({ id: z.int(), body: z.string().nullish(), user: author, html_url: z.string() });
export type ApiComment = z.infer<typeof commentShape>;

export const pullShape = z.looseObject({
  number: z.int(),
  state: z.string(),
  head: z.looseObject({ sha }),
  base: z.looseObject({ sha, ref: z.string() }),
});
export type ApiPull = z.infer<typeof pullShape>;

export const issueShape = z.looseObject({
  number: z.int(),
  state: z.string(),
  body: z.string().nullish(),
  user: author,
  html_url: z.string(),
  pull_request: z.unknown().optional(),
});
export type ApiIssue = z.infer<typeof issueShape>;

export const repositoryShape = z.looseObject({ private: z.boolean(), visibility: z.string().optional() });
export const commitShape = z.looseObject({ sha, parents: z.array(z.looseObject({ sha })) });
export const comparisonShape = z.looseObject({ merge_base_commit: z.looseObject({ sha }) });
export const treeShape = z.looseObject({
  sha,
  truncated: z.boolean(),
  tree: z.array(z.looseObject({ path: z.string(), mode: z.string(), type: z.string(), sha, size: z.int().optional() })),
});
export const blobShape = z.looseObject({ content: z.string(), encoding: z.string(), size: z.int() });
export const viewerShape = z.looseObject({ viewer: z.looseObject({ login: z.string().min(1) }) });
export const createdShape = z.looseObject({ html_url: z.string().nullish() });
/** An answer of which nothing is used. */
export const anyShape = z.unknown();
