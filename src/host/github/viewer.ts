/** Who the token is: only what this account wrote may be edited. */
import type { ApiClient } from './api-client.ts';
import { viewerShape } from './api-shapes.ts';

const workflowBot = 'github-actions[bot]';

/**
 * The login that comments of this token carry. Installation tokens may not read `GET /user`, but every token may ask GraphQL for its viewer;
 * where even that fails, the workflow's own token is assumed.
 */
export async function readViewer(api: ApiClient): Promise<string> {
  try {
    return (await api.ask('query { viewer { login } }', viewerShape)).viewer.login;
  } catch {
    return workflowBot;
  }
}
