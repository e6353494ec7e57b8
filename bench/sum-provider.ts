/** The same month as a provider tells it that sums up requests: one row for each hour and model in place of one for each charge, the logs as they are. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** Writes the ledger into `folder`, which is not there yet. The amounts are the generator's, to the digit. */
export async function sumProvider(ledger: string, folder: string): Promise<void> {
  await cp(ledger, folder, { recursive: true });
  const provider = join(folder, 'periods/2026-05/evidence/provider.csv');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`copy (
  select
    strftime(date_trunc('hour', timestamp_utc), '%Y-%m-%dT%H:00:00Z') as timestamp_utc,
    model_billed,
    count(*) as requests,
    sum(input_tokens)::bigint as input_tokens,
    sum(cached_input_tokens)::bigint as cached_input_tokens,
    sum(output_tokens)::bigint as output_tokens,
    sum(charged_amount) as charged_amount
  from read_csv('${join(ledger, 'periods/2026-05/evidence/provider.csv').replaceAll("'", "''")}', types = {'timestamp_utc': 'timestamp', 'charged_amount': 'decimal(18, 6)'})
  where kind = 'charge' and timestamp_utc < timestamp '2026-06-01'
  group by all
  order by all
) to '${provider.replaceAll("'", "''")}' (format csv, header)`);
  connection.closeSync();
  instance.closeSync();
  const period = join(folder, 'periods/2026-05/period.yaml');
  const text = await readFile(period, 'utf8');
  const bucket = 'format: trueup, grain: bucket, bucket: { width: 1h, zone: "+00:00", by: [model_billed], lag: 15m }, finalized_through_utc';
  await writeFile(period, text.replace('format: trueup, finalized_through_utc', bucket));
}
