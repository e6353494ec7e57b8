/** GitHub's published descriptions of its API as judges of requests and answers. What no exchange touches is not compiled. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Json = { readonly [key: string]: unknown };
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: Json; readonly required: boolean } | null;
  readonly responses: Readonly<Record<string, { readonly schema: Json | null; readonly example: unknown }>>;
}

export interface Asked {
  readonly method: string;
  /** As the description has it: without the prefix of an Enterprise Server. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed; undefined = none. */
  readonly body: unknown;
}
export interface Found {
  /** `METHOD /path/{value}`. */
  readonly route: string;
  readonly values: Readonly<Record<string, string>>;
}

/** api.github.com, and the newest Enterprise Server that GitHub describes. */
export const described = ['api.github.com', 'ghes-3.19'] as const;

/** Cut down to the operations that the source names (`npm run github-description`). */
export const descriptionFolder = join(import.meta.dirname, 'description');

const ajv = new Ajv({ strict: false, logger: false, code: { optimize: false }, inlineRefs: false });
// Of the package's type for CommonJS only the members are seen.
(formats as unknown as (to: Ajv) => void)(ajv);

export class Description {
  readonly #document: Json;
  readonly #name: string;
  /** `METHOD number-of-parts` → the paths in their parts. */
  readonly #templates = new Map<string, string[][]>();
  readonly #operations = new Map<string, Operation>();
  readonly #compiled = new WeakMap<object, ValidateFunction>();
  readonly #added = new Set<string>();

  constructor(name: string) {
    this.#name = name;
    this.#document = JSON.parse(readFileSync(join(descriptionFolder, `${name}.json`), 'utf8')) as Json;
    for (const [path, item] of Object.entries(this.#document['paths'] as Readonly<Record<string, Json>>)) {
      const template = path.split('/');
      for (const method of Object.keys(item)) {
        const key = `${method.toUpperCase()} ${template.length}`;
        this.#templates.set(key, [...(this.#templates.get(key) ?? []), template]);
      }
    }
  }

  /** The operation that a request means; null = GitHub has none. */
  find(method: string, path: string): Found | null {
    const parts = path.split('/');
    const fits = (template: readonly string[]): boolean => template.every((part, at) => (part.startsWith('{') ? parts[at] !== '' : part === parts[at]));
    // The more of it is said literally, the better it fits.
    const open = (template: readonly string[]): number => template.filter((part) => part.startsWith('{')).length;
    const templates = this.#templates.get(`${method} ${parts.length}`) ?? [];
    const [best] = templates.filter(fits).sort((a, b) => open(a) - open(b));
    if (best === undefined) return null;
    const values = best.flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(parts[at] ?? '')] as const] : []));
    return { route: `${method} ${best.join('/')}`, values: Object.fromEntries(values) };
  }

  /** What is wrong with a request; empty = nothing. */
  judgeRequest({ route, values }: Found, { query, body }: Asked): string[] {
    const operation = this.#operation(route);
    const problems: string[] = [];
    const known = new Map(operation.parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
    const given = [
      ...Object.entries(values).map(([name, text]) => ['path', name, text] as const),
      ...[...query].map(([name, text]) => ['query', name, text] as const),
    ];
    for (const [place, name, text] of given) {
      const parameter = known.get(`${place} ${name}`);
      if (parameter === undefined) problems.push(`there is no ${place} parameter ${name}`);
      else problems.push(...this.#judge(parameter.schema, valueOf(text, parameter.schema), `${place} ${name}`));
    }
    for (const { name, in: place, required } of known.values()) {
      if (required === true && !given.some((each) => each[0] === place && each[1] === name)) problems.push(`${place} ${name} is missing`);
    }
    if (operation.body === null) return body === undefined ? problems : [...problems, 'it takes no body'];
    if (body === undefined) return operation.body.required ? [...problems, 'the body is missing'] : problems;
    return [...problems, ...this.#judge(operation.body.schema, body, 'body'), ...unknownKeys(this.#resolve(operation.body.schema), body)];
  }

  /** What is wrong with an answer; errors that the operation does not list have the shape that all of them have. */
  judgeAnswer(route: string, status: number, body: unknown): string[] {
    const { responses } = this.#operation(route);
    const response = responses[status];
    if (response === undefined && status < 400) return [`status ${status} is not described`];
    const schema = response === undefined ? { $ref: '#/components/schemas/basic-error' } : response.schema;
    if (schema === null) return body === null ? [] : [`status ${status} has no body`];
    return this.#judge(schema, body, `status ${status}`);
  }

  /** Compiles what judges this operation: a first exchange must not seem slow. */
  prepare(route: string): void {
    const { body, parameters, responses } = this.#operation(route);
    for (const { schema } of parameters) this.#judge(schema, '', '');
    if (body !== null) this.#judge(body.schema, null, '');
    for (const [status, { schema }] of Object.entries(responses)) if (Number(status) < 500 && schema !== null) this.#judge(schema, null, '');
  }

  /** GitHub's own example of an answer. */
  example(route: string, status: number): unknown {
    return structuredClone(this.#operation(route).responses[status]?.example);
  }

  #operation(route: string): Operation {
    const known = this.#operations.get(route);
    if (known !== undefined) return known;
    const [method = '', path = ''] = route.split(' ');
    const item = (this.#document['paths'] as Readonly<Record<string, Json>>)[path] ?? {};
    const raw = item[method.toLowerCase()] as Json;
    const content = (of: Json): Json => ((of['content'] as Json | undefined)?.['application/json'] ?? {}) as Json;
    const requestBody = raw['requestBody'] === undefined ? null : this.#resolve(raw['requestBody'] as Json);
    const operation: Operation = {
      operationId: String(raw['operationId']),
      parameters: ((raw['parameters'] ?? []) as Json[]).map((parameter) => this.#resolve(parameter) as unknown as Parameter),
      body: requestBody === null ? null : { schema: content(requestBody)['schema'] as Json, required: requestBody['required'] === true },
      responses: Object.fromEntries(
        Object.entries(raw['responses'] as Readonly<Record<string, Json>>).map(([status, response]) => {
          const { schema = null, examples = {} } = content(this.#resolve(response)) as { schema?: Json; examples?: Readonly<Record<string, Json>> };
          const [first] = Object.values(examples);
          return [status, { schema, example: first === undefined ? undefined : this.#resolve(first)['value'] }];
        }),
      ),
    };
    this.#operations.set(route, operation);
    return operation;
  }

  #judge(schema: Json, value: unknown, what: string): string[] {
    let validate = this.#compiled.get(schema);
    if (validate === undefined) {
      validate = ajv.compile(this.#translate(schema) as Json);
      this.#compiled.set(schema, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).slice(0, 3).map(({ instancePath, message }) => `${what}${instancePath} ${message ?? ''}`);
  }

  #resolve(value: Json): Json {
    if (typeof value['$ref'] !== 'string') return value;
    const names = value['$ref'].split('/').slice(1);
    return names.reduce((at, name) => at[name.replaceAll('~1', '/').replaceAll('~0', '~')] as Json, this.#document);
  }

  /** From OpenAPI 3.0 into JSON Schema: `nullable` is a type of its own there, and each component is a schema with an id. */
  #translate(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#translate(each));
    if (typeof value !== 'object' || value === null) return value;
    const { nullable, example: _example, examples: _examples, ...rest } = value as Json;
    if (typeof rest['$ref'] === 'string') return { $ref: this.#add(rest as Json) };
    const schema = Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, this.#translate(each)]));
    return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema;
  }

  #add(reference: Json): string {
    const id = `https://docs.github.com/${this.#name}/${String(reference['$ref']).split('/').at(-1)}`;
    if (!this.#added.has(id)) {
      this.#added.add(id);
      ajv.addSchema(this.#translate(this.#resolve(reference)) as Json, id);
    }
    return id;
  }
}

/** A parameter comes as text and means what its type says. */
function valueOf(text: string, { type }: Json): unknown {
  if (type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  return type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text;
}

/** A body may have more than a schema names, and GitHub ignores it: for us it is a misspelt key. */
function unknownKeys(schema: Json, body: unknown): string[] {
  const named = (of: Json): string[] => [
    ...Object.keys((of['properties'] ?? {}) as Json),
    ...['oneOf', 'anyOf', 'allOf'].flatMap((list) => ((of[list] ?? []) as Json[]).flatMap(named)),
  ];
  const names = new Set(named(schema));
  return Object.keys(body as Json)
    .filter((key) => !names.has(key))
    .map((key) => `body has no ${key}`);
}

const read = new Map<string, Description>();

/** Read once for all servers of a worker. */
export function describedBy(name: (typeof described)[number]): Description {
  const description = read.get(name) ?? new Description(name);
  read.set(name, description);
  return description;
}
