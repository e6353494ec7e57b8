/** Reads the two public request traces: real arrival times, token counts and prefix blocks. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** One real request. */
export interface TraceRequest {
  /** Milliseconds since the first request of its trace. */
  readonly after: number;
  readonly input: number;
  readonly output: number;
  /** Input tokens in 512-token prefix blocks that an earlier request had sent; null where the trace has no blocks. */
  readonly cached: number | null;
}

export interface TraceSource {
  readonly name: 'azure' | 'mooncake';
  readonly file: string;
  readonly source: string;
  readonly licence: string;
}

export const traceSources: readonly TraceSource[] = [
  {
    name: 'azure',
    file: 'traces/AzureLLMInferenceTrace_conv.csv.gz',
    source: 'Azure/AzurePublicDataset, data/AzureLLMInferenceTrace_conv.csv, commit b469a113 (2025-10-20)',
    licence: 'CC-BY-4.0',
  },
  {
    name: 'mooncake',
    file: 'traces/mooncake_conversation_trace.jsonl.gz',
    source: 'kvcache-ai/Mooncake, FAST25 traces, conversation_trace.jsonl, commit 3b5a5941 (2026-08-22)',
    licence: 'Apache-2.0',
  },
];

export const blockTokens = 512;

/** All requests of one trace in file order; throws when the file is not there. */
export async function readTrace(folder: string, name: TraceSource['name']): Promise<TraceRequest[]> {
  const source = traceSources.find((trace) => trace.name === name);
  if (source === undefined) throw new RangeError(`no trace is named ${name}`);
  const text = gunzipSync(await readFile(path.join(folder, source.file))).toString('utf8');
  return name === 'azure' ? parseAzure(text) : parseMooncake(text);
}

/** CSV with CRLF, local times without a zone and seven decimals. */
function parseAzure(text: string): TraceRequest[] {
  const lines = text
    .split(/\r?\n/)
    .slice(1)
    .filter((line) => line !== '');
  let first: number | null = null;
  return lines.map((line) => {
    const [stamp = '', input = '', output = ''] = line.split(',');
    const at = Date.parse(`${stamp.slice(0, 10)}T${stamp.slice(11, 23)}Z`);
    first ??= at;
    return { after: at - first, input: Number(input), output: Number(output), cached: null };
  });
}

/** JSON lines; a block hash names the whole prefix up to it, so a known hash is a block that a prefix cache would hold. */
function parseMooncake(text: string): TraceRequest[] {
  const seen = new Set<number>();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row = JSON.parse(line) as { timestamp: number; input_length: number; output_length: number; hash_ids: number[] };
      const fresh = row.hash_ids.findIndex((block) => !seen.has(block));
      const known = fresh === -1 ? row.hash_ids.length : fresh;
      for (const block of row.hash_ids) seen.add(block);
      const whole = Math.floor(row.input_length / blockTokens);
      return { after: row.timestamp, input: row.input_length, output: row.output_length, cached: Math.min(known, whole) * blockTokens };
    });
}
