/** What occurs in a period at all, so that nothing is asked about what is not there: a query costs its planning whatever it finds. */
import type { Database } from './database.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';
import type { FindingCode } from '../model/finding.ts';

/** A log states an amount in a currency that nothing converts. */
export const strangeAmount = sql`foreign_currency and coalesce(stated_content, charged_content) is not null`;

/** Conditions by the relation whose rows they are about; an observation or a doubt that rests on one has no row where it never holds. */
const conditions = {
  noted_lines: {
    unpricedCharge: sql`main_step = 'unpriced' and cost_state = 'unpriced'`,
    unusedCharge: sql`main_step = 'missing_usage' and cost_state = 'missing'`,
    duplicate: sql`line = 'duplicate'`,
    givenBack: sql`line in ('refund', 'adjustment', 'correction')`,
    conflict: sql`is_conflict`,
    unlinked: sql`line = 'charge' and place = 'unlinked'`,
    unbacked: sql`line = 'charge' and place = 'unbacked'`,
  },
  requests: {
    unmapped: sql`in_period and in_scope and expected_state = 'unmapped'`,
    unpricedRequest: sql`in_period and in_scope and expected_state = 'unpriced'`,
    unusedRequest: sql`in_period and in_scope and billable and expected_state = 'missing'`,
  },
  linked: { setAside: sql`aside is not null` },
  adoptions: { sharedId: sql`carriers > 1` },
  application: { flawedApplication: sql`tokens_flawed`, foreignApplication: strangeAmount },
  gateway: { flawedGateway: sql`tokens_flawed`, foreignGateway: strangeAmount },
  provider: { flawedProvider: sql`tokens_flawed`, foreignCurrency: sql`foreign_currency and charged_content is not null` },
  application_fates: { repeatedApplication: sql`fate = 'export-duplicate'` },
  gateway_fates: { repeatedGateway: sql`fate = 'export-duplicate'` },
  provider_fates: { repeatedProvider: sql`fate = 'export-duplicate'` },
} as const;

type Conditions = typeof conditions;
/** Every name of a condition. */
export type Occurrence = { readonly [Relation in keyof Conditions]: keyof Conditions[Relation] }[keyof Conditions];

/** Each relation is passed once; the gateway's only where there is one. */
export async function readOccurrences(database: Database, terms: Terms): Promise<ReadonlySet<Occurrence>> {
  const relations = (Object.keys(conditions) as (keyof Conditions)[]).filter((relation) => terms.gateway === 'present' || !gatewayRelations.includes(relation));
  const each = relations.map((relation) => {
    const found = Object.entries(conditions[relation]).map(([name, condition]) => sql`case when bool_or(${condition}) then ${literal(name)} end`);
    return sql`select unnest([${joinSql(found)}]) as occurrence\nfrom ${relation}`;
  });
  const rows = await database.rows(joinSql(each, '\nunion all\n'));
  return new Set(rows.flatMap(({ occurrence }) => (occurrence === null ? [] : [occurrence as Occurrence])));
}

const gatewayRelations: readonly string[] = ['gateway', 'gateway_fates'];

/** Asked where `about` occurs; left out: always. */
export interface ObservationQuery {
  readonly code: FindingCode;
  readonly about?: Occurrence;
  readonly query: Sql;
}
