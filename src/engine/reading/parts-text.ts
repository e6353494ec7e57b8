/** Parts of an answer that JSON lists inside a row: those of the row's own model are added up, those of another are a charge of their own. */
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
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

/** More models than this in one answer are no answer. */
const mostModels = 100;

/** The other models that parts of a row name, each once, in the order of their names. */
function foreignModels(explode: ValueSource, model: Sql): Sql {
  const foreign = sql`list_filter(${partsOf(explode)}, lambda part: not ${isOwn(model)})`;
  return sql`coalesce(list_sort(list_distinct(list_transform(${foreign}, lambda part: json_extract_string(part, '$.model')))), [])`;
}

export function hasForeignParts(explode: ValueSource, model: Sql): Sql {
  return sql`len(${foreignModels(explode, model)}) > 0`;
}

/** True where what should be a list of objects is none, or where a part names something that is no name of a model. */
export function hasBrokenParts(explode: ValueSource, model: Sql): Sql {
  const kind = sql`json_type(${identifier(explode.column)}, ${literal(explode.path ?? '$')})`;
  const isNamed = sql`coalesce(json_type(part, '$.model') in ('VARCHAR', 'NULL'), true) and coalesce(json_extract_string(part, '$.model') <> '' and not regexp_matches(json_extract_string(part, '$.model'), '[[:cntrl:]]'), true)`;
  const odd = sql`list_filter(${partsOf(explode)}, lambda part: json_type(part) <> 'OBJECT' or not (${isNamed}))`;
  return sql`coalesce(${kind} not in ('ARRAY', 'NULL'), false) or coalesce(len(${odd}) > 0, false) or len(${foreignModels(explode, model)}) > ${mostModels}`;
}

/**
 * The rows of `raw`, each followed by one for every other model that its parts name: `part_number` 0 and no `part_model`, then 1, 2, … with the model. In such a
 * row nothing but the parts of its model is left of the column that held them, so that they are read as the row's own are, and nothing of `counted`, the columns that
 * count the whole answer elsewhere.
 */
export function explodedRows(raw: Sql, explode: ValueSource, { model, counted }: { readonly model: Sql; readonly counted: readonly string[] }): Sql {
  const column = identifier(explode.column);
  const steps = (pathSteps(explode.path ?? '') ?? []).map((step) => JSON.stringify(step.startsWith('."') ? JSON.parse(step.slice(1)) : step.slice(1)));
  const parts = sql`list_filter(${partsOf(explode)}, lambda part: json_extract_string(part, '$.model') = part_model)`;
  const texts = sql`list_transform(${parts}, lambda part: json_merge_patch(part, '{"model": null}')::varchar)`;
  const only = sql`${literal(steps.map((step) => `{${step}:`).join(''))} || '[' || array_to_string(${texts}, ',') || ']' || ${literal('}'.repeat(steps.length))}`;
  const empty = counted.map((name) => sql`, case when part_number = 0 then ${identifier(name)} end as ${identifier(name)}`);
  return sql`select * replace (case when part_number > 0 then ${only} else ${column} end as ${column}${joinSql(empty, '')})
  from (
    select *, unnest(list_prepend(null, part_models)) as part_model, unnest(range(0, len(part_models) + 1))::usmallint as part_number
    from (select *, case when ${hasBrokenParts(explode, model)} then [] else ${foreignModels(explode, model)} end as part_models from (${raw}))
  )`;
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
