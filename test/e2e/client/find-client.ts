/** CometAPI's own command line. */
import { type FoundPython, pythonWith } from '../python-with.ts';

const version = '0.3.10';

export async function findClient(): Promise<FoundPython> {
  return pythonWith(`cometapi-cli-${version}`, [`cometapi-cli==${version}`]);
}
