/** Hands a folder to the runner's artifact service. The client is large and is loaded only here, when something is uploaded. */
import { setTimeout as wait } from 'node:timers/promises';

export interface ArtifactPlan {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly serverUrl: string;
  readonly longestMilliseconds: number;
}

/** Characters that the service refuses, and the slash; one job may run in many cells and attempts, so that `nonce` makes the name unique. */
export function artifactName(job: string, attempt: number, nonce: string): string {
  const safe = job.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60);
  return `trueup-${safe}-${attempt}-${nonce.slice(0, 8)}`;
}

/** The service of GitHub Enterprise Server is another one, which the client does not know. */
function hasArtifactService(serverUrl: string): boolean {
  const host = new URL(serverUrl).hostname.toLowerCase();
  return host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost');
}

export async function uploadArtifact({ name, folder, files, serverUrl, longestMilliseconds }: ArtifactPlan): Promise<void> {
  if (!hasArtifactService(serverUrl))
    throw new Error('GitHub Enterprise Server takes no artifacts from this client; upload the folder with actions/upload-artifact v3');
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const ended = new AbortController();
  const tooLong = wait(longestMilliseconds, 'too long' as const, { signal: ended.signal, ref: false }).catch(() => 'ended' as const);
  try {
    const first = await Promise.race([new DefaultArtifactClient().uploadArtifact(name, [...files], folder), tooLong]);
    if (first === 'too long') throw new Error(`the upload took longer than ${longestMilliseconds / 1000} s`);
  } finally {
    ended.abort();
  }
}
