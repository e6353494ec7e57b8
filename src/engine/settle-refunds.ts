/** Gives overdrawn claims their money in order of time: a claim that no longer fits takes nothing, a later one may. */
import type { Database, Row } from './database.ts';
import { joinSql, sql, type Sql } from './sql.ts';

/** Claims that are read at once: their number is the provider's, memory is ours. */
const pageSize = 20_000;

/** What is given back so far of the request that is being looked at, and of its charges. */
interface Given {
  readonly family: string;
  total: bigint;
  readonly ofCharges: Map<string, bigint>;
}

/** Fills `overdrawn_fits` from `overdrawn_claims`. */
export async function settleRefunds(database: Database): Promise<void> {
  await database.run(sql`create table overdrawn_fits (seq bigint)`);
  let given: Given = { family: '', total: 0n, ofCharges: new Map() };
  for (let after = 0n; ;) {
    const page = await database.rows(
      sql`select seq, request_id, charge, size, charge_money, request_money, place from overdrawn_claims where place > ${after} order by place limit ${pageSize}`,
    );
    const fitting: Sql[] = [];
    for (const row of page) {
      const family = JSON.stringify([row['request_id'], row['request_id'] === null ? row['charge'] : null]);
      if (family !== given.family) given = { family, total: 0n, ofCharges: new Map() };
      if (takes(given, row)) fitting.push(sql`(${BigInt(String(row['seq']))})`);
    }
    if (fitting.length > 0) await database.run(sql`insert into overdrawn_fits values ${joinSql(fitting)}`);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = BigInt(String(last['place']));
  }
}

/** Whether the claim fits its charge and its request; if so it is added to what they gave. */
function takes(given: Given, row: Row): boolean {
  const size = BigInt(String(row['size']));
  const charge = row['charge'] === null ? null : String(row['charge']);
  const ofCharge = (charge === null ? 0n : (given.ofCharges.get(charge) ?? 0n)) + size;
  const total = given.total + size;
  if (charge !== null && ofCharge > BigInt(String(row['charge_money']))) return false;
  if (row['request_money'] !== null && total > BigInt(String(row['request_money']))) return false;
  given.total = total;
  if (charge !== null) given.ofCharges.set(charge, ofCharge);
  return true;
}
