/** Writes the YAML of locks and closes: every scalar is text, one entry of a list on one line, so that a diff shows what changed. */

export type YamlNode = string | readonly YamlNode[] | { readonly [key: string]: YamlNode | null };

/** Words that other readers of YAML would not take for text. */
const ambiguous = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n']);

/** A document whose keys stand one to a line; keys that are null are left out. Ends with a newline. */
export function yamlText(comment: readonly string[], document: Readonly<Record<string, YamlNode | null>>): string {
  const lines = comment.map((line) => `# ${line}\n`);
  for (const [key, value] of entriesOf(document)) {
    if (!Array.isArray(value)) lines.push(`${key}: ${flow(value)}\n`);
    else lines.push(value.length === 0 ? `${key}: []\n` : `${key}:\n${value.map((item) => `  - ${flow(item as YamlNode)}\n`).join('')}`);
  }
  return lines.join('');
}

function flow(node: YamlNode): string {
  if (typeof node === 'string') return scalar(node);
  if (Array.isArray(node)) return `[${node.map((item) => flow(item as YamlNode)).join(', ')}]`;
  const members = entriesOf(node as Readonly<Record<string, YamlNode | null>>).map(([key, value]) => `${scalar(key)}: ${flow(value)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function entriesOf(document: Readonly<Record<string, YamlNode | null>>): [string, YamlNode][] {
  return Object.entries(document).filter((entry): entry is [string, YamlNode] => entry[1] !== null);
}

function scalar(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !/^[0-9a-f]{40,64}$/.test(text) && !ambiguous.has(text.toLowerCase())) return text;
  return JSON.stringify(text);
}
