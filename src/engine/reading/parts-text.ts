/** Parts of an answer that JSON lists inside a row: those of the row's own model are added up, those of another are a charge of their own. */
import { identifier, literal, sql, type Sql } from '../sql.ts';
import type { ValueSource } from '../../model/evidence.ts';
import { pathSteps } from '../../model/json-path.ts';

/** The parts at `explode` in a row of `rawRows`: a list of JSON, empty where there is none. */
function partsOf({ column, path }: ValueSource): Sql {
  return sql`json_extract(${identifier(column)}, ${literal(`${path ?? '$'}[*]`)})`;
}

/** Whether a part belongs to the row: it names the row's model, or none. */
function isOwn(model: Sql): Sql {
  return sql`coalesce(json_extract_string(part, '$.model') = ${model}, json_extract_string(part, '$.model') is null)`;
}

/** True where a part is of another model than the row, or where what should be a list is none. */
export function hasForeignParts(explode: ValueSource, model: Sql): Sql {
  const kind = sql`json_type(${identifier(explode.column)}, ${literal(explode.path ?? '$')})`;
  const foreign = sql`len(list_filter(${partsOf(explode)}, lambda part: not ${isOwn(model)})) > 0`;
  return sql`coalesce(${kind} not in ('ARRAY', 'NULL'), false) or coalesce(${foreign}, false)`;
}

/**
 * The text of a count whose `plain` text stands beside the parts: what the row's own parts add up to, where it has any and one of them states the
 * count; text that is no number where one of them is none.
 */
export function sumOfParts(source: ValueSource, plain: Sql, explode: ValueSource, model: Sql): Sql {
  const inside = insidePart(source, explode);
  if (inside === null) return plain;
  const own = sql`list_filter(${partsOf(explode)}, lambda part: ${isOwn(model)})`;
  const texts = sql`list_filter(list_transform(${own}, lambda part: json_extract_string(part, ${literal(inside)})), lambda text: text is not null)`;
  const isCounted = sql`len(list_filter(${texts}, lambda text: not regexp_full_match(text, '[0-9]{1,16}'))) = 0`;
  const sum = sql`case when ${isCounted} then list_sum(list_transform(${texts}, lambda text: text::hugeint))::varchar else 'a part that is no count' end`;
  return sql`case when len(${texts}) > 0 then ${sum} else ${plain} end`;
}

/** Where a count beside the list stands in each part of it: `$.input_tokens`; null for what is not beside it. */
function insidePart(source: ValueSource, explode: ValueSource): string | null {
  const [steps, list] = [pathSteps(source.path ?? ''), pathSteps(explode.path ?? '')];
  if (source.column !== explode.column || steps === null || list === null) return null;
  const parent = list.slice(0, -1);
  if (steps.length <= parent.length || parent.some((step, index) => steps[index] !== step) || steps[parent.length] === list.at(-1)) return null;
  return `$${steps.slice(parent.length).join('')}`;
}
