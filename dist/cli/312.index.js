export const id = 312;
export const ids = [312];
export const modules = {

/***/ 7312:
/***/ (function(__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  capturePrices: () => (/* binding */ capturePrices)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/capture/ask-host.js
var ask_host = __webpack_require__(927);
// EXTERNAL MODULE: ./build/model/placeholder.js
var placeholder = __webpack_require__(9427);
;// CONCATENATED MODULE: ./build/capture/prices/choose-rows.js

const mostNames = 3;
function chooseRows(reading, wanted) {
    const rows = new Map();
    const missing = [];
    const gone = [];
    for (const model of [...wanted.models, ...wanted.retired].toSorted()) {
        const found = reading.resolve(wanted.names.get(model) ?? model);
        const [only] = found;
        if (only !== undefined && agree(found))
            rows.set(model, { billableModel: model, ...only.prices });
        else if (wanted.models.includes(model)) {
            missing.push(missed(model, found, reading));
            rows.set(model, unknownRow(model, reading));
        }
        else
            gone.push(model);
    }
    const refused = wanted.others === 'all' ? addOthers(rows, reading) : [];
    return { rows: [...rows.values()].toSorted((a, b) => (a.billableModel < b.billableModel ? -1 : 1)), missing, gone, refused };
}
/** One entry, or several that say the same. */
function agree(found) {
    return new Set(found.map(({ prices }) => fingerprint(prices))).size === 1;
}
function fingerprint({ meterPrices, ...rest }) {
    return JSON.stringify([rest, [...meterPrices]], (_, value) => (typeof value === 'bigint' ? String(value) : value));
}
function missed(model, found, { entries }) {
    if (found.length > 1)
        return { model, reason: 'several', nearest: found.slice(0, mostNames).map(({ names }) => names[0] ?? '') };
    return {
        model,
        reason: 'not-there',
        nearest: nearestNames(model, entries.flatMap(({ names }) => names)),
    };
}
/** Prices nothing until somebody writes what was looked up, the ratio too where the source has such. */
function unknownRow(billableModel, { entries }) {
    const prices = { input: placeholder/* toVerify */.r3, output: placeholder/* toVerify */.r3 };
    const ratio = entries.some((entry) => entry.prices.ratio !== null) ? placeholder/* toVerify */.r3 : null;
    return { billableModel, prices, requestPrice: null, ratio, tiers: [], meterPrices: new Map(), needs: null, remarks: [], problems: [] };
}
/** What a ledger file may hold as a text, and no placeholder. */
function isName(text) {
    return text.length > 0 && text.length <= 256 && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text) && text.trim() === text && !(0,placeholder/* isPlaceholder */.wK)(text);
}
function addOthers(rows, reading) {
    const refused = [];
    for (const { names, prices } of reading.entries) {
        const [name = ''] = names;
        if (rows.has(name))
            continue;
        if (!isName(name))
            refused.push(name);
        else
            rows.set(name, agree(reading.resolve(name))
                ? { billableModel: name, ...prices }
                : { ...unknownRow(name, reading), problems: ['the source has it twice, with different prices'] });
    }
    return refused;
}
/** By the share of pairs of letters that two names have in common; equal shares by name. */
function nearestNames(model, names) {
    const wanted = pairsOf(model);
    const scored = [...new Set(names)].map((name) => ({ name, share: shareOf(wanted, pairsOf(name)) })).filter(({ share }) => share > 0.4);
    return scored
        .toSorted((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1))
        .slice(0, mostNames)
        .map(({ name }) => name);
}
function pairsOf(name) {
    const letters = name
        .slice(0, 200)
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '');
    return new Set(Array.from(letters.slice(1), (letter, index) => `${letters[index] ?? ''}${letter}`));
}
function shareOf(a, b) {
    const common = [...a].filter((pair) => b.has(pair)).length;
    return a.size + b.size === 0 ? 0 : (2 * common) / (a.size + b.size);
}

;// CONCATENATED MODULE: ./build/capture/prices/known-oddities.js
const litellmHistory = 'https://github.com/BerriAI/litellm/commits/main/model_prices_and_context_window.json';
const litellmMirror = 'https://github.com/AgentOps-AI/tokencost/commits/main/tokencost/model_prices.json';
const genaiOpenAi = 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/openai.yml';
const cometapiPricing = 'https://apidoc.cometapi.com/about-pricing-873788m0';
const knownOddities = [
    {
        source: 'litellm',
        model: 'claude-3-5-haiku*',
        says: 'the price of cache reads is ten times the one that Anthropic lists',
        since: '2025-03-01',
        until: '2025-05-07',
        reference: litellmMirror,
    },
    {
        source: 'litellm',
        model: 'gemini/gemini-1.5-pro*',
        says: 'the price of input is a tenth of the one that Google lists',
        since: '2024-06-17',
        until: '2024-07-18',
        reference: litellmMirror,
    },
    {
        source: 'litellm',
        model: 'gemini-2.5-pro*',
        says: 'the price of cache reads is 0.3125 here and 0.125 in other lists, and none is stated for inputs above 200000 tokens',
        since: '2025-07-18',
        until: null,
        reference: litellmHistory,
    },
    {
        source: 'litellm',
        model: 'o1-mini-2024-09-12',
        says: 'it stayed at 3 and 12 when the alias o1-mini fell to 1.1 and 4.4; other lists lowered both',
        since: '2025-02-11',
        until: null,
        reference: litellmHistory,
    },
    {
        source: 'litellm',
        model: 'deepseek-chat',
        says: 'the bare name stayed at 0.14 and 0.28 when deepseek/deepseek-chat rose to 0.27 and 1.1, and still does on 2025-09-01',
        since: '2025-02-08',
        until: null,
        reference: litellmMirror,
    },
    {
        source: 'litellm',
        model: 'deepseek/deepseek-chat',
        says: 'a change that was effective on 2025-02-08 is in the map since 2025-02-11: the day of a capture is not the day from which a price holds',
        since: null,
        until: '2025-02-11',
        reference: litellmMirror,
    },
    {
        source: 'litellm',
        model: 'gpt-4o',
        says: 'an alias: it was pointed at another dated model on 2024-11-15 and its price with it; dated ids do not move',
        since: null,
        until: null,
        reference: litellmMirror,
    },
    {
        source: 'genai-prices',
        model: 'o3*',
        says: 'for the time before 2025-06-10 the price of cache reads is 0.5, which holds only since then (2.5 before)',
        since: null,
        until: '2025-06-10',
        reference: genaiOpenAi,
    },
    {
        source: 'cometapi',
        model: 'claude-haiku-4-5',
        says: 'the undated id is answered with "has not been priced"; only the dated one can be billed',
        since: null,
        until: null,
        reference: cometapiPricing,
    },
    {
        source: 'cometapi',
        model: 'claude-sonnet-5*',
        says: 'the vendor states an introductory price of 2 and 10 until 2026-08-31, and 3 and 15 from 2026-09-01 on',
        since: null,
        until: '2026-09-01',
        reference: 'https://github.com/pydantic/genai-prices/blob/main/prices/providers/anthropic.yml',
    },
    {
        source: 'cometapi',
        model: 'veo3*',
        says: 'it was priced per generation before it was priced per second',
        since: null,
        until: null,
        reference: 'discussion 102 of cometapi-dev on GitHub',
    },
    {
        source: 'cometapi',
        model: 'eleven*',
        says: 'the feed states a price per request where the documents state one per 50 characters',
        since: null,
        until: null,
        reference: cometapiPricing,
    },
];
/** Those about a model as the source stood on a day. */
function odditiesOf(source, model, day) {
    return knownOddities.filter((oddity) => oddity.source === source &&
        (oddity.model.endsWith('*') ? model.startsWith(oddity.model.slice(0, -1)) : model === oddity.model) &&
        (oddity.since === null || oddity.since <= day) &&
        (oddity.until === null || day <= oddity.until));
}

// EXTERNAL MODULE: ./build/capture/prices/price-source.js
var price_source = __webpack_require__(4855);
;// CONCATENATED MODULE: ./build/capture/prices/doubled-key.js
/** Finds a key that stands twice in one object of a JSON text, which parsers take without a word, and nesting that no price list has. */

const maxDepth = 32;
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
/** null = there is none. The text need not be valid. Throws a `SourceRefusal` beyond 32 levels. */
function doubledKey(text) {
    const open = [];
    let before = '';
    for (const [found] of text.matchAll(token)) {
        if (found === '{' || found === '[')
            open.push(found === '{' ? new Set() : null);
        else if (found === '}' || found === ']')
            open.pop();
        else if (found === ':' && before.startsWith('"')) {
            const key = keyOf(before);
            const keys = open.at(-1);
            if (keys?.has(key) === true)
                return key;
            keys?.add(key);
        }
        if (open.length > maxDepth)
            throw new price_source/* SourceRefusal */.kV(`is nested deeper than ${maxDepth} levels`);
        before = found;
    }
    return null;
}
/** Two spellings of one key are one. */
function keyOf(quoted) {
    try {
        return JSON.parse(quoted);
    }
    catch {
        return quoted;
    }
}

// EXTERNAL MODULE: ./build/model/exact-json.js
var exact_json = __webpack_require__(5740);
// EXTERNAL MODULE: ./build/model/captured-prices.js
var captured_prices = __webpack_require__(9777);
// EXTERNAL MODULE: ./build/model/money.js + 1 modules
var money = __webpack_require__(3243);
;// CONCATENATED MODULE: ./build/capture/prices/price-fields.js
/** Takes prices out of one entry of a source: exact digits, units shifted by powers of ten, and what is not taken is said. */




const number = /^-?\d{1,38}(?:\.\d{1,38})?(?:[eE][+-]?\d{1,2})?$/;
/** Shortest forms of binary floats have at most 17 digits, and a price that people set has few. */
const floatDigits = 16;
const perMillion = 6;
/** Digits as written, an exponent written out; null for what is no decimal, or needs more digits than an amount has. */
function exactDecimal(text) {
    if (!number.test(text))
        return null;
    const amount = new money/* Money */.v0(text);
    return amount.decimalPlaces() <= 38 && amount.abs().lessThan('1e38') ? amount : null;
}
/** One entry while it is read. */
class PriceFields {
    remarks = [];
    problems = [];
    fields;
    taken = new Set();
    constructor(entry) {
        this.fields = (0,exact_json/* asObject */.eB)(entry) ?? {};
    }
    has(key) {
        const value = this.fieldOf(key);
        return value !== undefined && value !== null;
    }
    /** The value as it stands; counts as read. */
    take(key) {
        this.taken.add(key);
        return this.fieldOf(key);
    }
    /** The keys, as they stand. */
    keys() {
        return Object.keys(this.fields);
    }
    /** USD per token → per 1M tokens. */
    perToken(key) {
        return this.price(key, perMillion);
    }
    /** `key` × 10^`shift`; null where the source says nothing, VERIFY where it says what cannot be a price. */
    price(key, shift = 0) {
        const value = this.take(key);
        if (value === undefined || value === null)
            return null;
        return this.amount(key, value, shift);
    }
    amount(key, value, shift = 0) {
        const amount = typeof value === 'string' ? exactDecimal(value) : null;
        if (amount === null || amount.isNegative()) {
            this.problems.push(`${key} is ${shown(value)}, which is no price`);
            return placeholder/* toVerify */.r3;
        }
        const shifted = amount.times(new money/* Money */.v0(10).pow(shift));
        if (amount.precision() >= floatDigits)
            this.remarks.push(`${key} ${shown(value)} looks printed from a binary float; its digits are kept`);
        return shifted;
    }
    /** Says which members look like prices, hold something and were not asked for. */
    remarkUnread(pattern) {
        const unread = this.keys().filter((key) => pattern.test(key) && !this.taken.has(key) && !isNothing(this.fields[key] ?? null));
        if (unread.length > 0)
            this.remarks.push(`not read: ${unread.map((key) => `${shown(key)} ${shown(this.fields[key] ?? null)}`).join(', ')}`);
    }
    fieldOf(key) {
        return Object.hasOwn(this.fields, key) ? this.fields[key] : undefined;
    }
}
/** Without what is absent. */
function present(prices) {
    return Object.fromEntries(Object.entries(prices).filter(([, price]) => price !== null));
}
function metersOf(prices) {
    return new Map(Object.entries(prices).flatMap(([name, price]) => (price === null ? [] : [[name, price]])));
}
function isZero(price) {
    return price instanceof money/* Money */.v0 && price.isZero();
}
/** Some sources write 0 where they have no price of a cache or of reasoning: beside a priced input it is none. */
function withoutEmptyZeros(prices) {
    if (prices.input === undefined || isZero(prices.input))
        return prices;
    return Object.fromEntries(Object.entries(prices).filter(([name, price]) => name === 'input' || name === 'output' || !isZero(price)));
}
/** A whole entry; what its cost rests on beside tokens follows from which prices there are. */
function capturedPrices(fields, stated) {
    const { prices, requestPrice = null, ratio = null, tiers = [], meterPrices = new Map() } = stated;
    return {
        prices,
        requestPrice,
        ratio,
        tiers,
        meterPrices,
        needs: needsOf(prices, meterPrices, requestPrice),
        remarks: fields.remarks,
        problems: fields.problems,
    };
}
/** Fees that come on top of what a call costs. */
const fees = ['web_search', 'code_execution'];
function needsOf(prices, meters, request) {
    if (Object.values(prices).some((price) => !isZero(price)))
        return null;
    const units = [...meters.keys()].filter((name) => 'unit' in captured_prices/* capturedMeters */.F[name] && !fees.includes(name) && !isZero(meters.get(name)));
    return units.length > 0 ? units : request === null || isZero(request) ? null : [];
}
function isNothing(value) {
    if (value === null || value === false || value === '')
        return true;
    if (typeof value === 'object')
        return Object.values(value).every((each) => isNothing(each));
    return typeof value === 'string' && exactDecimal(value)?.isZero() === true;
}
/** Foreign text in a sentence of ours. */
function shown(value) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const visible = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ');
    return visible.length > 60 ? `${visible.slice(0, 60)}…` : visible;
}

;// CONCATENATED MODULE: ./build/capture/prices/cometapi.js
/** CometAPI's public price feed: USD per 1M tokens, per request and per second, with a ratio in some versions of the feed and without in others. */




const remarks = [
    'Whether input and output are before or after the ratio is not documented: hold them against the contract',
    'The feed has no prices of cached input, cache writes, long inputs and batches: a charge that uses them is unpriced until somebody adds them',
];
const cometapi = {
    baseUrl: 'https://api.cometapi.com',
    path: '/api/models',
    extension: 'json',
    read: (json) => (0,price_source/* readingOf */.MU)((0,price_source/* dataOf */.qu)(json).map(entryOf), remarks),
};
function entryOf(model) {
    const id = (0,exact_json/* asObject */.eB)(model)?.['id'];
    if (typeof id !== 'string')
        throw new price_source/* SourceRefusal */.kV('holds a model without an id');
    const fields = new PriceFields((0,exact_json/* asObject */.eB)(model)?.['pricing']);
    const currency = fields.take('currency');
    const isDollars = currency === undefined || currency === null || (typeof currency === 'string' && /^USD\b/.test(currency));
    if (!isDollars)
        fields.problems.push(`its currency is not USD`);
    const ratio = fields.price('ratio');
    if (ratio === null)
        fields.problems.push('the feed states no ratio, and its prices may be before or after one');
    const prices = present({ input: fields.price('input'), output: fields.price('output') });
    const requestPrice = fields.price('per_request');
    const meterPrices = metersOf({ second: fields.price('per_second') });
    fields.remarkUnread(/./);
    return { names: [id], prices: capturedPrices(fields, { prices, requestPrice, meterPrices, ratio: isDollars && ratio !== null ? ratio : placeholder/* toVerify */.r3 }) };
}

// EXTERNAL MODULE: ./build/model/instant.js
var instant = __webpack_require__(1827);
;// CONCATENATED MODULE: ./build/capture/prices/genai-prices.js
/** The genai-prices database: USD per 1M tokens by unit, dated, with tiers for whole requests and rules that say which names a model answers to. */





const classUnits = {
    input: 'input_mtok',
    output: 'output_mtok',
    cached_input: 'cache_read_mtok',
    cache_write: 'cache_write_mtok',
    cache_write_1h: 'cache_write_1h_mtok',
    reasoning: 'output_reasoning_mtok',
};
const meterUnits = {
    audio_input: 'input_audio_mtok',
    audio_output: 'output_audio_mtok',
    image_input: 'input_image_mtok',
    image_output: 'output_image_mtok',
    video_input: 'input_video_mtok',
    video_output: 'output_video_mtok',
    cached_audio_input: 'cache_audio_read_mtok',
    cached_image_input: 'cache_image_read_mtok',
    web_search: 'web_searches_kcount',
    code_execution: 'code_executions_kcount',
};
const fromThousand = -3;
const genaiPrices = {
    baseUrl: 'https://raw.githubusercontent.com',
    path: '/pydantic/genai-prices/main/prices/data.json',
    extension: 'json',
    read: (json, { day }) => {
        const providers = (Array.isArray(json) ? json : [json]).map((each) => providerOf(each, day));
        return { entries: providers.flatMap(({ models }) => models.map(({ entry }) => entry)), resolve: (name) => resolve(providers, name), remarks: [] };
    },
};
function providerOf(json, day) {
    const provider = (0,exact_json/* asObject */.eB)(json);
    const models = provider?.['models'];
    if (!Array.isArray(models))
        throw new price_source/* SourceRefusal */.kV('holds a provider without models');
    return { match: provider?.['model_match'] ?? null, models: models.map((model) => modelOf(model, day)) };
}
function modelOf(json, day) {
    const model = (0,exact_json/* asObject */.eB)(json);
    const id = model?.['id'];
    if (typeof id !== 'string')
        throw new price_source/* SourceRefusal */.kV('holds a model without an id');
    return { match: model?.['match'] ?? { equals: id }, entry: { names: [id], prices: pricesOn(model?.['prices'] ?? null, day) } };
}
/** The source's own rules: the first model of each provider that means the name; of several providers those that answer for such names. */
function resolve(providers, name) {
    const found = providers.flatMap((provider) => {
        const model = provider.models.find(({ match, entry }) => matches(match, name) || entry.names.includes(name));
        return model === undefined ? [] : [{ entry: model.entry, answers: provider.match !== null && matches(provider.match, name) }];
    });
    const answering = found.filter(({ answers }) => answers);
    return (answering.length > 0 ? answering : found).map(({ entry }) => entry);
}
/** Regular expressions of others are not run; what only they mean is found by its id. */
function matches(clause, name) {
    const [[kind, value] = ['', null]] = Object.entries((0,exact_json/* asObject */.eB)(clause) ?? {});
    const text = name.toLowerCase();
    if (Array.isArray(value))
        return kind === 'or' ? value.some((each) => matches(each, name)) : kind === 'and' && value.every((each) => matches(each, name));
    if (typeof value !== 'string')
        return false;
    const wanted = value.toLowerCase();
    if (kind === 'equals')
        return text === wanted;
    if (kind === 'starts_with')
        return text.startsWith(wanted);
    if (kind === 'ends_with')
        return text.endsWith(wanted);
    return kind === 'contains' && text.includes(wanted);
}
/** The prices of a day; those that follow are a remark, so that a price with an end is not taken for one without. */
function pricesOn(stated, day) {
    const all = (Array.isArray(stated) ? stated : [{ prices: stated }]).map(dated);
    const begun = all.filter(({ from }) => from === null || from <= day);
    const fields = new PriceFields(begun.findLast(({ hours }) => !hours)?.prices);
    for (const { from } of all)
        if (from !== null && from > day)
            fields.remarks.push(`these prices end: others hold from ${from} on`);
    const read = unitsOf(fields);
    fields.remarkUnread(/./);
    if (!begun.some(({ hours }) => hours))
        return capturedPrices(fields, read);
    fields.problems.push('its price changes with the hour, which a snapshot cannot say');
    const unknown = Object.fromEntries(Object.keys(read.prices).map((name) => [name, placeholder/* toVerify */.r3]));
    return capturedPrices(fields, { ...read, prices: unknown, tiers: [] });
}
function dated(json) {
    const own = (0,exact_json/* asObject */.eB)(json);
    const constraint = (0,exact_json/* asObject */.eB)(own?.['constraint']);
    const from = constraint?.['start_date'];
    const isDate = typeof from === 'string' && (0,instant/* isDay */.N)(from);
    return { from: isDate ? from : null, prices: own?.['prices'] ?? null, hours: constraint !== null && !isDate };
}
function unitsOf(fields) {
    const steps = Object.entries(classUnits).map(([name, unit]) => [name, stepsOf(fields, unit)]);
    const bounds = [...new Set(steps.flatMap(([, own]) => own.map(({ above }) => above)))].filter((bound) => bound !== null);
    const at = (bound) => present(Object.fromEntries(steps.map(([name, own]) => [name, priceAt(own, bound)])));
    const thousand = fields.price('requests_kcount', fromThousand);
    return {
        prices: at(null),
        tiers: bounds.toSorted((a, b) => (a < b ? -1 : 1)).map((bound) => ({ inputTokensAbove: bound, prices: at(bound) })),
        requestPrice: thousand,
        meterPrices: metersOf(Object.fromEntries(Object.entries(meterUnits).map(([name, unit]) => [name, meterPrice(fields, unit)]))),
    };
}
/** A price, or a base with tiers that each hold for the whole request. */
function stepsOf(fields, unit) {
    const value = fields.take(unit);
    const tiered = (0,exact_json/* asObject */.eB)(value);
    if (value === undefined || value === null)
        return [];
    if (tiered === null)
        return [{ above: null, price: fields.amount(unit, value) }];
    const tiers = (Array.isArray(tiered['tiers']) ? tiered['tiers'] : []).map((tier) => {
        const { start = null, price = null } = (0,exact_json/* asObject */.eB)(tier) ?? {};
        const bound = typeof start === 'string' && /^\d{1,15}$/.test(start) ? BigInt(start) : null;
        if (bound === null)
            fields.problems.push(`${unit} has a tier without a start`);
        return { above: bound, price: bound === null ? placeholder/* toVerify */.r3 : fields.amount(unit, price) };
    });
    const base = { above: null, price: tiers.some(({ above }) => above === null) ? placeholder/* toVerify */.r3 : fields.amount(unit, tiered['base'] ?? null) };
    const known = tiers.flatMap(({ above, price }) => (above === null ? [] : [{ above, price }]));
    return [base, ...known.toSorted((a, b) => (a.above < b.above ? -1 : 1))];
}
function priceAt(steps, bound) {
    return steps.findLast(({ above }) => above === null || (bound !== null && above <= bound))?.price ?? null;
}
/** Meters have one price; where it changes with the length nobody could say which. */
function meterPrice(fields, unit) {
    const steps = stepsOf(fields, unit);
    return steps.length > 1 ? placeholder/* toVerify */.r3 : (steps[0]?.price ?? null);
}

// EXTERNAL MODULE: ./build/model/evidence.js
var evidence = __webpack_require__(8477);
;// CONCATENATED MODULE: ./build/capture/prices/litellm.js
/** LiteLLM's price map: USD per token, second, image and so on, with keys of their own for long inputs. */





const classKeys = {
    input: 'input_cost_per_token',
    output: 'output_cost_per_token',
    cached_input: 'cache_read_input_token_cost',
    cache_write: 'cache_creation_input_token_cost',
    cache_write_1h: 'cache_creation_input_token_cost_above_1hr',
    reasoning: 'output_cost_per_reasoning_token',
};
const above = /_above_(\d{1,6})k_tokens$/;
const litellm = {
    baseUrl: 'https://raw.githubusercontent.com',
    path: '/BerriAI/litellm/main/model_prices_and_context_window.json',
    extension: 'json',
    read: (json) => {
        const map = (0,exact_json/* asObject */.eB)(json);
        if (map === null || !Object.values(map).some((entry) => Object.keys((0,exact_json/* asObject */.eB)(entry) ?? {}).some((key) => key.includes('_cost'))))
            throw new price_source/* SourceRefusal */.kV('is no map of models');
        const models = Object.entries(map).filter(([name]) => name !== 'sample_spec');
        return (0,price_source/* readingOf */.MU)(models.map(litellm_entryOf), ['A price of 0 beside a priced input is left out: this map writes it also where a price is not known']);
    },
};
function litellm_entryOf([name, entry]) {
    const fields = new PriceFields(entry);
    const prices = classesOf(fields, '');
    const more = {
        prices,
        tiers: tiersOf(fields, prices),
        requestPrice: fields.price('input_cost_per_request'),
        meterPrices: metersOf({
            second: fields.price('output_cost_per_second'),
            input_second: fields.price('input_cost_per_second'),
            image: fields.price('output_cost_per_image'),
            input_images: fields.price('input_cost_per_image'),
            pixel: fields.price('output_cost_per_pixel'),
            input_pixel: fields.price('input_cost_per_pixel'),
            character: fields.price('output_cost_per_character'),
            input_character: fields.price('input_cost_per_character'),
            query: fields.price('input_cost_per_query'),
            audio_input: fields.perToken('input_cost_per_audio_token'),
            audio_output: fields.perToken('output_cost_per_audio_token'),
            cached_audio_input: fields.perToken('cache_read_input_audio_token_cost'),
            image_input: fields.perToken('input_cost_per_image_token'),
            image_output: fields.perToken('output_cost_per_image_token'),
        }),
    };
    fields.remarkUnread(/cost/);
    return { names: [name], prices: capturedPrices(fields, more) };
}
/** With a suffix: what holds above a bound. */
function classesOf(fields, suffix) {
    const entries = Object.entries(classKeys).map(([name, key]) => [name, fields.perToken(`${key}${suffix}`)]);
    return withoutEmptyZeros(present(Object.fromEntries(entries)));
}
/** What the map does not say above a bound is unknown there, and a tier names every class. */
function tiersOf(fields, base) {
    const bounds = new Set(fields.keys().flatMap((key) => (isClass(key) ? [above.exec(key)?.[1] ?? ''] : [])));
    return [...bounds]
        .filter((bound) => bound !== '')
        .map((bound) => {
        const own = classesOf(fields, `_above_${bound}k_tokens`);
        const missing = evidence/* tokenClasses */.gy.filter((name) => base[name] !== undefined && own[name] === undefined);
        if (missing.length > 0)
            fields.problems.push(`it has no price of ${missing.join(', ')} above ${bound}k tokens`);
        return { inputTokensAbove: BigInt(bound) * 1000n, prices: { ...Object.fromEntries(missing.map((name) => [name, placeholder/* toVerify */.r3])), ...own } };
    })
        .toSorted((a, b) => (a.inputTokensAbove < b.inputTokensAbove ? -1 : 1));
}
function isClass(key) {
    return Object.values(classKeys).some((name) => key.startsWith(`${name}_above_`) && above.test(key));
}

;// CONCATENATED MODULE: ./build/capture/prices/new-api.js
/** The price list of a new-api host: ratios of $2 per 1M tokens, the group's ratio apart, and prices per request. */





/** USD per 1M tokens at a model ratio of 1. */
const dollarsAtOne = 2;
const one = new money/* Money */.v0(1);
const newApi = {
    baseUrl: null,
    path: '/api/pricing',
    extension: 'json',
    read: (json, { group }) => {
        const ratios = new PriceFields((0,exact_json/* asObject */.eB)(json)?.['group_ratio']);
        const entries = (0,price_source/* dataOf */.qu)(json).map((model) => new_api_entryOf(model, group, ratios));
        return (0,price_source/* readingOf */.MU)(entries, [`Rates are model ratios at $2 per 1M tokens; the ratio is that of the group ${group}`]);
    },
};
function new_api_entryOf(model, group, ratios) {
    const fields = new PriceFields(model);
    const name = fields.take('model_name');
    if (typeof name !== 'string')
        throw new price_source/* SourceRefusal */.kV('holds a model without a model_name');
    const groups = fields.take('enable_groups');
    if (Array.isArray(groups) && !groups.includes(group) && !groups.includes('all'))
        fields.problems.push(`the group ${group} may not use it`);
    const ratio = ratioOf(group, ratios, fields);
    if (typeof fields.take('billing_expr') === 'string' && fields.take('billing_expr') !== '') {
        fields.problems.push('its price is an expression, which is not read');
        return { names: [name], prices: capturedPrices(fields, { prices: { input: placeholder/* toVerify */.r3, output: placeholder/* toVerify */.r3 }, ratio }) };
    }
    const prices = fields.take('quota_type') === '1' ? perRequest(fields) : perToken(fields);
    fields.remarkUnread(/ratio|price/);
    return { names: [name], prices: capturedPrices(fields, { ...prices, ratio }) };
}
function ratioOf(group, ratios, fields) {
    const value = ratios.take(group);
    if (value !== undefined && value !== null)
        return fields.amount(`group_ratio of ${group}`, value);
    fields.problems.push(`group_ratio has no group ${group}`);
    return placeholder/* toVerify */.r3;
}
/** Tokens cost nothing then, whatever the class. */
function perRequest(fields) {
    fields.take('model_ratio');
    fields.take('completion_ratio');
    const prices = { input: money/* zero */.v_, cached_input: money/* zero */.v_, cache_write: money/* zero */.v_, cache_write_1h: money/* zero */.v_, output: money/* zero */.v_ };
    const price = fields.price('model_price');
    if (price === null)
        fields.problems.push('it is priced per request, and states no price');
    return { prices, requestPrice: price ?? placeholder/* toVerify */.r3 };
}
function perToken(fields) {
    fields.take('model_price');
    const model = fields.price('model_ratio');
    if (model === null)
        fields.problems.push('it states no model_ratio');
    const input = model === null ? placeholder/* toVerify */.r3 : times(model, new money/* Money */.v0(dollarsAtOne));
    const [cached, write, completion] = ['cache_ratio', 'create_cache_ratio', 'completion_ratio'].map((key) => fields.price(key));
    const [audio, audioCompletion, image] = ['audio_ratio', 'audio_completion_ratio', 'image_ratio'].map((key) => fields.price(key));
    const by = (...ratios) => ratios.reduce((price, ratio) => (price === null || ratio === null || ratio === undefined ? null : times(price, ratio)), input);
    return {
        prices: present({ input, cached_input: by(cached), cache_write: by(write), output: by(completion) }),
        meterPrices: metersOf({ audio_input: by(audio), audio_output: by(audio, audioCompletion ?? one), image_input: by(image) }),
    };
}
function times(price, ratio) {
    return price instanceof money/* Money */.v0 && ratio instanceof money/* Money */.v0 ? price.times(ratio) : placeholder/* toVerify */.r3;
}

;// CONCATENATED MODULE: ./build/capture/prices/openrouter.js
/** OpenRouter's list of models: strings of USD per token, with overrides for long prompts and hours of the day. */




const openrouter_classKeys = {
    input: 'prompt',
    output: 'completion',
    cached_input: 'input_cache_read',
    cache_write: 'input_cache_write',
    cache_write_1h: 'input_cache_write_1h',
    reasoning: 'internal_reasoning',
};
const openrouter = {
    baseUrl: 'https://openrouter.ai',
    path: '/api/v1/models',
    extension: 'json',
    read: (json) => (0,price_source/* readingOf */.MU)((0,price_source/* dataOf */.qu)(json).map(openrouter_entryOf), [
        'A price of 0 beside a priced input is how this source writes that it has none: such cache and reasoning prices are left out',
    ]),
};
function openrouter_entryOf(model) {
    const own = (0,exact_json/* asObject */.eB)(model);
    const [id, slug] = [own?.['id'], own?.['canonical_slug']];
    if (typeof id !== 'string')
        throw new price_source/* SourceRefusal */.kV('holds a model without an id');
    const fields = new PriceFields(own?.['pricing']);
    const expires = own?.['expiration_date'];
    if (typeof expires === 'string')
        fields.remarks.push(`the source takes it away on ${expires.slice(0, 40)}`);
    const prices = openrouter_classesOf(fields);
    const requestPrice = nothingOf(fields.price('request'));
    const meterPrices = metersOf({
        input_images: nothingOf(fields.price('image')),
        image_input: nothingOf(fields.perToken('image_token')),
        audio_input: nothingOf(fields.perToken('audio')),
        web_search: nothingOf(fields.price('web_search', 3)),
    });
    const ratio = discountOf(fields);
    const more = overridden(fields, prices);
    fields.remarkUnread(/./);
    return { names: typeof slug === 'string' ? [id, slug] : [id], prices: capturedPrices(fields, { ...more, requestPrice, ratio, meterPrices }) };
}
function openrouter_classesOf(fields) {
    const entries = Object.entries(openrouter_classKeys).map(([name, key]) => [name, fields.perToken(key)]);
    return withoutEmptyZeros(present(Object.fromEntries(entries)));
}
/** Of what is no token class, every entry states a 0. */
function nothingOf(price) {
    return isZero(price) ? null : price;
}
/** Whether the prices are before or after it is not documented. */
function discountOf(fields) {
    const discount = fields.price('discount');
    if (discount === null || isZero(discount))
        return null;
    fields.problems.push('it states a discount, and not whether its prices are before or after it');
    return placeholder/* toVerify */.r3;
}
/** An override says what is otherwise: what it leaves out stays as it is. */
function overridden(fields, base) {
    const overrides = fields.take('overrides');
    const list = (Array.isArray(overrides) ? overrides : []).map((each) => {
        const own = new PriceFields(each);
        const hours = own.has('utc_start') || own.has('utc_end');
        const bound = own.take('min_prompt_tokens');
        const prices = openrouter_classesOf(own);
        fields.problems.push(...own.problems);
        fields.remarks.push(...own.remarks);
        return { hours, bound: typeof bound === 'string' && /^\d{1,15}$/.test(bound) ? BigInt(bound) : null, prices };
    });
    const untold = list.filter(({ hours, bound }) => hours || bound === null).flatMap(({ prices }) => Object.keys(prices));
    if (untold.length > 0)
        fields.problems.push('its price changes with the hour or by another rule that a snapshot cannot say');
    const prices = { ...base, ...Object.fromEntries(untold.map((name) => [name, placeholder/* toVerify */.r3])) };
    const tiers = list
        .flatMap(({ hours, bound, prices: own }) => (hours || bound === null ? [] : [{ inputTokensAbove: bound, prices: { ...prices, ...own } }]))
        .toSorted((a, b) => (a.inputTokensAbove < b.inputTokensAbove ? -1 : 1));
    return { prices, tiers };
}

// EXTERNAL MODULE: ./node_modules/parse5/dist/index.js + 17 modules
var dist = __webpack_require__(3194);
;// CONCATENATED MODULE: ./build/capture/prices/page-tables.js
/** The tables of an HTML page as plain cells. Only those that can be read for sure: a header, rows of one width, no cell that spans others or holds a table. */

/** What is beyond these is no price list. */
const mostCells = 200_000;
const page_tables_maxDepth = 400;
/** Text in these is not shown as it stands, or is a note about a price. */
const unshown = ['script', 'style', 'template', 'noscript', 'select'];
const altered = ['del', 's', 'strike', 'sup', 'sub'];
/** Parsing takes the square of how deep tags are nested; a page of prices has some thousands. */
const mostTags = 100_000;
/** In the order of the page; `unsure` counts the tables that were left alone. */
function pageTables(html) {
    if (html.split('<', mostTags + 1).length > mostTags)
        return { tables: [], unsure: 1 };
    const found = within((0,dist/* parse */.qg)(html), 'table');
    const tables = found.flatMap((table) => tableOf(table) ?? []);
    return { tables, unsure: found.length - tables.length };
}
function tableOf(table) {
    const rows = within(table, 'tr').map((row) => childrenOf(row).filter(({ tagName }) => tagName === 'td' || tagName === 'th'));
    const cells = rows.flat();
    const [head, ...body] = rows;
    if (head === undefined || body.length === 0 || cells.length > mostCells || within(table, 'table').length > 0)
        return null;
    if (cells.some(isUnsure) || body.some((row) => row.length !== head.length))
        return null;
    if (!head.every(({ tagName }) => tagName === 'th') || body.some((row) => row.slice(1).some(({ tagName }) => tagName === 'th')))
        return null;
    const texts = rows.map((row) => row.map(textOf));
    const [first = [], ...others] = texts;
    return { head: first, rows: others, caption: within(table, 'caption').map(textOf).join(' ') };
}
/** A cell that stands for several, or of which part is struck out, a footnote, or hidden. */
function isUnsure(cell) {
    const isOdd = ({ tagName, attrs }) => [...unshown, ...altered].includes(tagName) ||
        attrs.some(({ name, value }) => name === 'hidden' || name === 'aria-hidden' || (name === 'style' && /display|visibility|line-through/i.test(value)));
    return cell.attrs.some(({ name, value }) => (name === 'colspan' || name === 'rowspan') && value.trim() !== '1') || [cell, ...elementsIn(cell)].some(isOdd);
}
function textOf(element) {
    const texts = [];
    walk(element, (node) => {
        if ('value' in node)
            texts.push(node.value);
        else if ('tagName' in node && node.tagName === 'br')
            texts.push('\n');
    });
    return texts.join('').replace(/\s+/g, ' ').trim();
}
function within(root, tagName) {
    return elementsIn(root).filter((element) => element.tagName === tagName);
}
function elementsIn(root) {
    const found = [];
    walk(root, (node) => {
        if (node !== root && 'tagName' in node)
            found.push(node);
    });
    return found;
}
function childrenOf(element) {
    return element.childNodes.filter((node) => 'tagName' in node);
}
/** In the order of the page, without recursion: pages of others may be deep. What lies deeper than any page is left out. */
function walk(root, visit) {
    const open = [{ node: root, depth: 0 }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { node, depth } = next;
        visit(node);
        if (!('childNodes' in node) || depth >= page_tables_maxDepth)
            continue;
        for (const child of node.childNodes.toReversed())
            open.push({ node: child, depth: depth + 1 });
    }
}

;// CONCATENATED MODULE: ./build/capture/prices/saved-page.js
/**
 * A saved page: evidence for whoever reads it. Prices are taken only from a table that says model, classes, dollars and unit in its own head or caption, and from
 * cells that hold one amount and nothing else; a ratio is asked for, since a page does not say whether one is in its prices.
 */




const savedPage = {
    baseUrl: null,
    path: '',
    extension: 'html',
    read: (content) => {
        if (typeof content !== 'string' || content.trim() === '')
            throw new price_source/* SourceRefusal */.kV('is empty');
        const { tables, unsure } = pageTables(content);
        const readings = tables.map(entriesOf);
        const taken = readings.filter((entries) => entries !== null).length;
        const remarks = [`${taken} of ${readings.length + unsure} tables of the page could be read for sure; what else it says is to be copied by hand`];
        return (0,price_source/* readingOf */.MU)(readings.flatMap((entries) => entries ?? []), remarks);
    },
};
const columns = [
    [/^model( name| id)?$/, 'model'],
    [/^input( tokens| price)?$/, 'input'],
    [/^output( tokens| price)?$/, 'output'],
    [/^(cached input|cache read|cache hits)( tokens| price)?$/, 'cached_input'],
    [/^cache writes?( tokens| price)?$/, 'cache_write'],
];
const unit = /(?:\/|per)\s*(?:1\s?m|1,000,000|million|mtok)(?:\s*tokens?)?/i;
const dollars = /\$|\bUSD\b/;
/** null for a table that does not say all by itself, or has a column that nobody knows. */
function entriesOf({ head, rows, caption }) {
    const names = head.map((title) => columnOf(title));
    const priced = head.filter((_, index) => names[index] !== 'model');
    const states = (pattern) => pattern.test(caption) || priced.every((title) => pattern.test(title));
    const isWhole = names.every((name) => name !== null) &&
        new Set(names).size === names.length &&
        names.includes('model') &&
        names.includes('input') &&
        names.includes('output');
    return isWhole && states(unit) && states(dollars) ? rows.map((cells) => saved_page_entryOf(names, cells)) : null;
}
/** The title without its unit and currency. */
function columnOf(title) {
    const bare = title
        .replace(unit, ' ')
        .replace(/\bUSD\b|[$()[\],]/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .toLowerCase();
    return columns.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}
function saved_page_entryOf(names, cells) {
    const fields = new PriceFields({});
    const prices = names.flatMap((name, index) => {
        const cell = cells[index] ?? '';
        // A dash says that there is none; an empty cell says nothing.
        if (name === 'model' || /^[-–—]?$/.test(cell))
            return [];
        const amount = exactDecimal(/^\$?\s?(\d+(?:\.\d+)?)$/.exec(cell)?.[1] ?? '');
        if (amount === null)
            fields.problems.push(`its cell of ${name} is not one amount`);
        return [[name, amount ?? placeholder/* toVerify */.r3]];
    });
    fields.problems.push('a page does not say whether a ratio is in its prices');
    return {
        names: [cells[names.indexOf('model')] ?? ''],
        prices: capturedPrices(fields, { prices: Object.fromEntries(prices), ratio: placeholder/* toVerify */.r3 }),
    };
}

// EXTERNAL MODULE: ./build/model/user-error.js
var user_error = __webpack_require__(136);
;// CONCATENATED MODULE: ./build/capture/prices/price-sources.js
/** Every source of prices, by the name on the command line; and how the bytes of one become a reading. */










const priceSources = {
    cometapi: cometapi,
    'new-api': newApi,
    openrouter: openrouter,
    litellm: litellm,
    'genai-prices': genaiPrices,
    page: savedPage,
};
/** Throws a `UserError` for bytes that are no whole answer of the source. */
function readSource(name, bytes, terms) {
    const source = priceSources[name];
    try {
        return source.read(contentOf(source, bytes), terms);
    }
    catch (cause) {
        if (!(cause instanceof price_source/* SourceRefusal */.kV))
            throw cause;
        throw new user_error/* UserError */.y(`What was read is no price list of ${name}: it ${cause.message}.`, `Look at what it holds; docs/prices.md says what ${name} sends.`, {
            cause,
        });
    }
}
function contentOf({ extension }, bytes) {
    const text = price_sources_textOf(bytes);
    if (extension === 'html')
        return text;
    const doubled = doubledKey(text);
    if (doubled !== null)
        throw new price_source/* SourceRefusal */.kV(`has the key ${JSON.stringify(doubled.slice(0, 60))} twice in one object`);
    try {
        return (0,exact_json/* parseExactJson */.lQ)(text);
    }
    catch (cause) {
        throw new price_source/* SourceRefusal */.kV('is no whole JSON', { cause });
    }
}
function price_sources_textOf(bytes) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    }
    catch (cause) {
        throw new price_source/* SourceRefusal */.kV('is no UTF-8 text', { cause });
    }
}

// EXTERNAL MODULE: ./build/ledger/ledger-files.js
var ledger_files = __webpack_require__(273);
// EXTERNAL MODULE: ./build/ledger/lock/write-once.js
var write_once = __webpack_require__(3423);
// EXTERNAL MODULE: ./build/model/inside.js
var inside = __webpack_require__(8148);
// EXTERNAL MODULE: ./build/model/layout.js
var layout = __webpack_require__(7878);
;// CONCATENATED MODULE: ./build/ledger/new/add-snapshot.js
/** Adds a snapshot and the bytes that it was read from to a ledger, under the first name of the day that is free; nothing that is there is touched. */







const mostOfADay = 999;
/** `extension`: of the kept bytes. */
async function freeSnapshotName(root, provider, day, extension) {
    const folder = `${(0,layout/* folderOf */.yS)('prices')}/${provider}`;
    const taken = new Set((await (0,ledger_files/* listNames */.Zv)(root, folder)).map((name) => name.replace(/\.[^.]+$/, '')));
    for (let number = 1; number <= mostOfADay; number += 1) {
        const name = number === 1 ? day : `${day}-${number}`;
        if (!taken.has(name))
            return { id: `${provider}/${name}`, file: `${folder}/${name}.yaml`, evidence: `${folder}/${name}.${extension}` };
    }
    throw new user_error/* UserError */.y(`There are ${mostOfADay} snapshots of ${provider} on ${day} already.`, 'Name another provider or day.');
}
/** The bytes first, so that a snapshot never stands without its evidence. */
async function addSnapshot(root, { file, evidence }, text, bytes) {
    const folder = (0,external_node_path_.join)(root, file, '..');
    await (0,promises_.mkdir)(folder, { recursive: true });
    if (!(0,inside/* isInside */.F)(root, await (0,promises_.realpath)(folder)))
        throw new user_error/* UserError */.y('The folder of these prices is a link out of the ledger.', 'Replace it by a folder.');
    await (0,write_once/* writeOnce */.F)((0,external_node_path_.join)(root, evidence), bytes, 'new');
    try {
        await (0,write_once/* writeOnce */.F)((0,external_node_path_.join)(root, file), text, 'new');
    }
    catch (error) {
        await (0,promises_.rm)((0,external_node_path_.join)(root, evidence), { force: true });
        throw error;
    }
}

// EXTERNAL MODULE: ./node_modules/yaml/dist/index.js
var yaml_dist = __webpack_require__(8815);
// EXTERNAL MODULE: ./build/ledger/file-reader.js + 1 modules
var file_reader = __webpack_require__(4206);
// EXTERNAL MODULE: ./build/ledger/yaml-document.js
var yaml_document = __webpack_require__(8387);
// EXTERNAL MODULE: ./build/ledger/kinds/prices.js
var kinds_prices = __webpack_require__(2892);
;// CONCATENATED MODULE: ./build/ledger/new/snapshot-text.js
/** A captured price list as the text of a snapshot: unverified, with its evidence by hash, and a placeholder wherever the source does not say. */








/** What a text of a ledger file may hold, less a line that says what is missing. */
const mostNoteCharacters = 3900;
/** Throws a `UserError` when no ledger file may be so large. */
function snapshotText(facts) {
    const used = Object.keys(captured_prices/* capturedMeters */.F).filter((name) => facts.rows.some((row) => [...row.meterPrices.keys()].some((each) => each === name)));
    const content = {
        id: facts.id,
        source_url: facts.sourceUrl,
        accessed_at: facts.accessedAt,
        captured_by: facts.capturedBy,
        price_kind: 'public-list',
        currency: 'USD',
        unit_basis: 'per-1M-tokens',
        verification: { status: 'unverified' },
        evidence: facts.evidence,
        ...(facts.notes.length > 0 && { notes: notesText(facts.notes) }),
        ...(used.length > 0 && { meters: Object.fromEntries(used.map((name) => [name, captured_prices/* capturedMeters */.F[name]])) }),
        prices: facts.rows.map(rowOf),
    };
    const text = new yaml_dist/* Document */.yo(content, { aliasDuplicateObjects: false }).toString({ lineWidth: 0 });
    if (Buffer.byteLength(text) > ledger_files/* maxFileBytes */.eV || (0,yaml_document/* beyondBounds */.vi)(text) !== null) {
        throw new user_error/* UserError */.y('The snapshot would be larger than a ledger file may be.', 'Leave --all out, so that only the models of the ledger are written.');
    }
    refuseUnreadable((0,layout/* ledgerPath */.tf)('prices', facts.id), text);
    return text;
}
function rowOf(row) {
    const { requestPrice, ratio, tiers, meterPrices, needs } = row;
    return {
        billable_model: row.billableModel,
        ...snapshot_text_classesOf(row.prices),
        ...(requestPrice !== null && { request_price: (0,captured_prices/* capturedText */.w)(requestPrice) }),
        ...(ratio !== null && { ratio: (0,captured_prices/* capturedText */.w)(ratio) }),
        ...(tiers.length > 0 && { tiers: tiers.map((tier) => ({ input_tokens_above: String(tier.inputTokensAbove), ...snapshot_text_classesOf(tier.prices) })) }),
        ...(meterPrices.size > 0 && { meter_prices: Object.fromEntries([...meterPrices].map(([name, price]) => [name, (0,captured_prices/* capturedText */.w)(price)])) }),
        ...(needs !== null && { needs }),
    };
}
function snapshot_text_classesOf(prices) {
    const keys = Object.entries(kinds_prices/* priceKeys */.ip);
    return Object.fromEntries(keys.flatMap(([key, name]) => {
        const price = prices[name];
        return price === undefined ? [] : [[key, (0,captured_prices/* capturedText */.w)(price)]];
    }));
}
/** What is written must be read: a snapshot that cannot be would make the whole ledger unreadable. */
function refuseUnreadable(name, text) {
    const { document } = (0,yaml_document/* readYaml */.gM)(name, text);
    if (document === null || (0,file_reader/* checkShape */.eA)(kinds_prices/* pricesSchema */.sd, document).value === null)
        throw new Error(`the snapshot ${name} cannot be read back`);
}
/** Whole sentences, as many as fit; of the others their number. Some are made of foreign words. */
function notesText(notes) {
    const kept = [];
    let length = 0;
    for (const note of notes.map((each) => each.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim())) {
        length += note.length + 2;
        if (length > mostNoteCharacters)
            break;
        kept.push(`${note}.`);
    }
    const more = notes.length - kept.length;
    return [...kept, ...(more > 0 ? [`And ${more} more, which the capture has said.`] : [])].join('\n');
}

// EXTERNAL MODULE: ./build/model/not-there.js
var not_there = __webpack_require__(7196);
// EXTERNAL MODULE: ./build/model/sha256.js
var model_sha256 = __webpack_require__(5327);
// EXTERNAL MODULE: ./build/model/snapshot-id.js
var snapshot_id = __webpack_require__(7080);
// EXTERNAL MODULE: ./build/period/reconcile.js + 17 modules
var reconcile = __webpack_require__(1299);
;// CONCATENATED MODULE: ./build/period/capture-prices.js
/** Captures a price list as a new snapshot of a ledger: the bytes of a host or a file, what they say of the ledger's models, and what they do not say. */

















/** Larger answers are refused, as those of a host are. */
const longestSource = 64 * 1024 * 1024;
/** Throws a `UserError`, and writes nothing, when the ledger, the host or what it sends cannot be read. */
async function capturePrices(ledgerRoot, request, patience) {
    const { ledger } = await (0,reconcile/* validateLedger */.G1)(ledgerRoot, request.asOf);
    if (ledger === null)
        throw new user_error/* UserError */.y('The ledger cannot be read.', 'Correct what `trueup validate` says first.');
    const provider = request.provider ?? request.source;
    const latest = latestOf(ledger, provider);
    const sourceUrl = urlOf(request);
    const bytes = request.from === null ? await ask(sourceUrl, patience) : await readSaved(request.from);
    const { remarks, chosen } = choose(ledger, request, bytes);
    const oddities = chosen.rows.flatMap(({ billableModel }) => odditiesOf(request.source, nameIn(request, billableModel), request.asOf));
    const sha256 = (0,model_sha256/* sha256Of */.B)(bytes);
    const common = { ...chosen, before: latest?.id ?? null, sourceUrl, sha256, oddities, remarks };
    if (request.write === 'changed' && latest !== null && (await saysTheSame(ledger, latest, request, chosen)))
        return { ...common, id: null, written: [] };
    const name = await freeSnapshotName(ledger.root, provider, request.asOf, priceSources[request.source].extension);
    const evidence = { file: (0,external_node_path_.basename)(name.evidence), sha256 };
    const notes = notesOf(common);
    const text = snapshotText({ id: name.id, sourceUrl, accessedAt: request.asOf, capturedBy: request.capturedBy, evidence, notes, rows: chosen.rows });
    await addSnapshot(ledger.root, name, text, bytes);
    return { ...common, id: name.id, written: [name.evidence, name.file] };
}
function latestOf({ snapshots }, provider) {
    return (0,snapshot_id/* snapshotsInOrder */.$)(snapshots, ({ id }) => id).findLast(({ id }) => (0,snapshot_id/* providerOf */.l)(id) === provider) ?? null;
}
function urlOf({ source, baseUrl }) {
    const { baseUrl: own, path } = priceSources[source];
    const base = baseUrl ?? own;
    if (base === null) {
        throw new user_error/* UserError */.y(`The source ${source} has no address of its own.`, `Name ${path === '' ? 'that of the page' : 'the host'} with --base-url.`);
    }
    const url = base.replace(/\/+$/, '') + path;
    const parsed = URL.canParse(url) && url.length <= 1000 ? new URL(url) : null;
    if (parsed === null || !/^https?:\/\/[\x21-\x7e]+$/.test(url))
        throw new user_error/* UserError */.y('The base URL is no address.', 'Name https://<host>.');
    if (parsed.username !== '' || parsed.password !== '')
        throw new user_error/* UserError */.y('The base URL holds a user or a password.', 'Leave them out: it is written into the snapshot.');
    return url;
}
async function ask(url, patience) {
    return (await (0,ask_host/* openHost */.Z)({ baseUrl: url, headers: {}, patience }).get('')).bytes;
}
async function readSaved(file) {
    const stats = await (0,promises_.stat)(file).catch(not_there/* notThere */._);
    if (stats === null || !stats.isFile())
        throw new user_error/* UserError */.y('There is no file to read prices from.', 'Name a saved answer with --from.');
    if (stats.size > longestSource)
        throw new user_error/* UserError */.y('The file is larger than any price list.', `Name a file of at most ${longestSource} bytes.`);
    return (0,promises_.readFile)(file);
}
function choose(ledger, request, bytes) {
    const reading = readSource(request.source, bytes, { day: request.asOf, group: request.group });
    const mappings = ledger.mappings.filter(({ billableModel }) => !(0,placeholder/* isPlaceholder */.wK)(billableModel));
    if (mappings.length === 0 && request.others === 'none') {
        throw new user_error/* UserError */.y('models.yaml names no billable model whose price could be captured.', 'Name those that the provider bills, or take every model with --all.');
    }
    const inForce = new Set(mappings.filter(({ to }) => to === null || to > (0,instant/* startOfDay */.ol)(request.asOf)).map(({ billableModel }) => billableModel));
    const retired = new Set(mappings.map(({ billableModel }) => billableModel).filter((model) => !inForce.has(model)));
    return {
        remarks: reading.remarks,
        chosen: chooseRows(reading, { models: [...inForce], retired: [...retired], names: request.names, others: request.others }),
    };
}
function nameIn({ names }, billableModel) {
    return names.get(billableModel) ?? billableModel;
}
/** Held against the bytes that the latest was read from, since people write into a snapshot what they looked up. It must price what the ledger needs now. */
async function saysTheSame({ root, ...ledger }, latest, request, now) {
    const file = evidenceOf({ root, ...ledger }, latest);
    const opened = file === null ? null : await readEvidence(root, file);
    if (opened === null || now.rows.some(({ billableModel }) => latest.prices.every((row) => row.billableModel !== billableModel)))
        return false;
    try {
        const { chosen } = choose({ root, ...ledger }, request, opened);
        return isSame(chosen.rows, now.rows);
    }
    catch (error) {
        if (error instanceof user_error/* UserError */.y)
            return false;
        throw error;
    }
}
function isSame(a, b) {
    const facts = {
        id: 'same/2000-01-01',
        sourceUrl: 'same',
        accessedAt: '2000-01-01',
        capturedBy: 'same',
        evidence: { file: 'same', sha256: '0'.repeat(64) },
        notes: [],
    };
    const [one, other] = [a, b].map((rows) => snapshotText({ ...facts, rows }));
    return one === other;
}
function evidenceOf({ files }, { source }) {
    const document = files.find(({ name }) => name === source.file)?.document;
    const file = document?.evidence?.file;
    return typeof file === 'string' ? external_node_path_.posix.join(external_node_path_.posix.dirname(source.file), file) : null;
}
async function readEvidence(root, file) {
    if (!file.startsWith(`${(0,layout/* folderOf */.yS)('prices')}/`))
        return null;
    const opened = await (0,ledger_files/* openFile */.Tq)(root, file, longestSource);
    return opened.state === 'read' ? opened.content : null;
}
/** What whoever signs the snapshot must know, gravest first. */
function notesOf({ remarks, missing, gone, oddities, rows }) {
    return [
        ...missing.map(({ model }) => `${model}: the source has no one price of it`),
        ...rows.flatMap(({ billableModel, problems }) => problems.map((problem) => `${billableModel}: ${problem}`)),
        ...oddities.map(({ model, says, reference }) => `Known of ${model}: ${says} (${reference})`),
        ...remarks,
        ...gone.map((model) => `${model}: no mapping in force needs it, and the source no longer has it`),
        ...rows.flatMap(({ billableModel, remarks: own }) => own.map((remark) => `${billableModel}: ${remark}`)),
    ];
}


/***/ })

};
