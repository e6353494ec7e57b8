/** The content of one git object by its id, as far as this clone has it; nothing is fetched. */
import { runGit, type Environment } from './run-git.ts';

/** null for an id that this clone does not have, or that names no file content. */
export async function readBlob(root: string, environment: Environment, id: string): Promise<Buffer | null> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return null;
  const { code, stdout } = await runGit(root, environment, ['cat-file', 'blob', id]);
  return code === 0 ? stdout : null;
}
