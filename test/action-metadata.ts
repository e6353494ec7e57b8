/** What action.yml says of the action: its one description, which the source and the README are held against. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface InputDescription {
  readonly description: string;
  readonly required: boolean;
  readonly default?: string;
}

export const action = parse(readFileSync(join(import.meta.dirname, '../action.yml'), 'utf8')) as {
  readonly name: string;
  readonly description: string;
  readonly author: string;
  readonly branding: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, InputDescription>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
};

export const inputNames = Object.keys(action.inputs);
export const outputNames = Object.keys(action.outputs);
