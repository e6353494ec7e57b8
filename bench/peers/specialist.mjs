// What a specialist would write by hand for the same month in the same engine: typed reading, duplicates, both joins, dated prices, one category for
// each charge, sums and Parquet. No hash, no lock, no check of a row, no digest, no finding, and one layout of files that it knows beforehand.
// Usage: node specialist.mjs <evidence folder> <prices as JSON> <output folder>
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [evidence, prices, out] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const csv = (layer, columns) =>
  `read_csv('${join(evidence, `${layer}.csv`)}', header = true, auto_detect = false, columns = {${Object.entries(columns)
    .map(([name, type]) => `${name}: '${type}'`)
    .join(', ')}})`;
const tokens = { input_tokens: 'BIGINT', cached_input_tokens: 'BIGINT', output_tokens: 'BIGINT' };
const application = {
  request_id: 'VARCHAR',
  timestamp_utc: 'TIMESTAMP',
  account_ref: 'VARCHAR',
  service: 'VARCHAR',
  model_requested: 'VARCHAR',
  status: 'VARCHAR',
  attempt: 'INTEGER',
  ...tokens,
};
const gateway = {
  request_id: 'VARCHAR',
  provider_request_id: 'VARCHAR',
  timestamp_utc: 'TIMESTAMP',
  model_requested: 'VARCHAR',
  status: 'VARCHAR',
  attempt: 'INTEGER',
  ...tokens,
};
const provider = {
  provider_request_id: 'VARCHAR',
  request_id: 'VARCHAR',
  timestamp_utc: 'TIMESTAMP',
  model_billed: 'VARCHAR',
  kind: 'VARCHAR',
  status: 'VARCHAR',
  attempt: 'INTEGER',
  ...tokens,
  charged_amount: 'DECIMAL(18, 9)',
  charged_currency: 'VARCHAR',
};

// Units of 10^-9 a token, times a count: exact in 64 bits.
const cost = (row) =>
  `((${row}.input_tokens - ${row}.cached_input_tokens) * price.input + ${row}.cached_input_tokens * price.cached + ${row}.output_tokens * price.output)`;
const rows = JSON.parse(prices).map(
  ({ name, requested, from, to, input, cached, output }) =>
    `('${name}', '${requested}', timestamp '${from}', timestamp '${to}', ${input}, ${cached}, ${output})`,
);
const statements = [
  `create table prices as select * from (values ${rows.join(', ')}) as p(model, requested, valid_from, valid_to, input, cached, output)`,
  `create table application as select *, row_number() over () as seq from ${csv('application', application)}`,
  `create table gateway as select *, row_number() over () as seq from ${csv('gateway', gateway)}`,
  `create table provider as select *, row_number() over () as seq from ${csv('provider', provider)}`,
  `create table repeated as
   select provider_request_id, min(seq) as first
   from provider
   group by provider_request_id
   having count(*) > 1`,
  `create table finals as
   select request_id, arg_max(seq, attempt) as seq, arg_min(model_requested, attempt) as first_model
   from application
   group by request_id`,
  `create table charges as
   select
     provider.provider_request_id, provider.request_id, provider.timestamp_utc, provider.model_billed, provider.status, provider.attempt,
     application.service, application.status as final_status, application.timestamp_utc as asked_at, gateway.seq as gateway_seq,
     expected.model as model_expected, provider.charged_amount,
     ${cost('provider').replaceAll('price.', 'billed.')} as cost, ${cost('application').replaceAll('price.', 'expected.')} as expected_cost,
     case
       when repeated.first is not null and repeated.first <> provider.seq then 'duplicate'
       when application.seq is null and gateway.seq is null then 'unlinked'
       when application.seq is null then 'gateway_only'
       when provider.kind = 'error' then 'error'
       when provider.model_billed <> expected.model then 'fallback'
       when provider.attempt <> application.attempt then 'retry'
       when provider.input_tokens <> application.input_tokens or provider.output_tokens <> application.output_tokens then 'token_difference'
       else 'serving'
     end as category
   from provider
   left join repeated using (provider_request_id)
   left join finals on finals.request_id = provider.request_id
   left join application on application.seq = finals.seq
   left join gateway on gateway.provider_request_id = provider.provider_request_id
   left join prices as billed
     on billed.model = provider.model_billed and provider.timestamp_utc >= billed.valid_from and provider.timestamp_utc < billed.valid_to
   left join prices as expected
     on expected.requested = finals.first_model and application.timestamp_utc >= expected.valid_from and application.timestamp_utc < expected.valid_to`,
  `copy charges to '${join(out, 'charges.parquet')}' (format parquet)`,
];
for (const statement of statements) await connection.run(statement);
const totals = await connection.runAndReadAll(
  `select category, count(*) as charges, sum(expected_cost)::varchar as expected, sum(cost)::varchar as cost, sum(charged_amount)::varchar as charged from charges group by category order by category`,
);
process.stdout.write(`${JSON.stringify(totals.getRowObjectsJson())}\n`);
