/** The environment of npm: what it needs to find the user's own configuration and the way out, and nothing that the runner gave to this action. */
import { liesIn } from '../workspace-path.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** In upper case; npm reads its own in any. */
const allowed: readonly string[] = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'SYSTEMROOT',
  'WINDIR',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NPM_CONFIG_USERCONFIG',
  'NPM_CONFIG_GLOBALCONFIG',
  'NPM_CONFIG_REGISTRY',
  'NPM_CONFIG_CACHE',
  'NPM_CONFIG_CAFILE',
  'NPM_CONFIG_PROXY',
  'NPM_CONFIG_HTTPS_PROXY',
  'NPM_CONFIG_NOPROXY',
];
/** Names of files that npm or Node would believe. */
const files: readonly string[] = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'NPM_CONFIG_USERCONFIG', 'NPM_CONFIG_GLOBALCONFIG', 'NPM_CONFIG_CAFILE'];

/** A list of what passes, not of what does not: a token has any name. Files in the workspace are those of a pull request. */
export function npmEnvironment(variables: Variables, workspace: string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    const key = name.toUpperCase();
    if (value === undefined || !allowed.includes(key) || (files.includes(key) && liesIn(workspace, value))) continue;
    kept[name] = value;
  }
  return kept;
}
