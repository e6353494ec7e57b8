/** Which public price row reproduces which oracle price, and which oracle prices no price per token class can reproduce. */
import type { PriceRow, Snapshot } from '../../../src/model/ledger.ts';
import { type PricedProvider, publicPrice } from './genai-prices.ts';
import type { OracleReading, UsageBody } from './usage-bodies.ts';
import type { UsageFamily } from './usage-formats.ts';

/**
 * A day and hour for which the price files give what the oracle used: claude-sonnet-5 at its introductory price (until
 * 2026-08-31), gpt-5.6 after 2026-07-30, DeepSeek between 00:30 and 16:30 UTC.
 */
export const oracleInstant = '2026-08-20T12:00:00Z';

/**
 * Readings whose provider's price file is among the public data. The others have no price rows to hold against: `aws` (Bedrock's
 * regional ids cost 1.1 times the list price), `azure`, `groq`, `mistral`, `openrouter` and the hosts behind Hugging Face.
 */
const priceable: Readonly<Record<UsageFamily, Readonly<Record<string, PricedProvider>>>> = {
  'openai-chat': { 'openai/chat': 'openai', 'deepseek/chat': 'deepseek', 'google/chat': 'google', 'anthropic/chat': 'anthropic' },
  'openai-responses': { 'openai/responses': 'openai' },
  anthropic: { 'anthropic/default': 'anthropic', 'google/anthropic': 'google' },
  gemini: { 'google/default': 'google' },
  'bedrock-converse': {},
  cohere: {},
};

export interface PricedReading {
  readonly body: UsageBody;
  readonly provider: PricedProvider;
  /** Its `inputPrice` and `outputPrice` are what an engine must arrive at, except for `unreproducible` bodies. */
  readonly reading: OracleReading;
  /** USD per million tokens; its billable model is the model that the body names. */
  readonly price: PriceRow;
}

/** Every (body, reading) that a price row in force at `at` can price; throws when a priced reading finds no row. */
export function pricedReadings(bodies: readonly UsageBody[], at: string): PricedReading[] {
  return bodies.flatMap((body) =>
    body.priced.flatMap((reading) => {
      const provider = priceable[body.family][reading.extractor];
      if (provider === undefined) return [];
      const price = publicPrice(provider, body.model ?? '', at);
      if (price === null) throw new Error(`body ${body.index}: no public price for ${body.model} at ${provider}`);
      return [{ body, provider, reading, price }];
    }),
  );
}

/** One snapshot of one provider with a row for each model that its readings name. */
export function publicSnapshot(provider: PricedProvider, readings: readonly PricedReading[]): Snapshot {
  const rows = new Map(readings.filter((reading) => reading.provider === provider).map(({ price }) => [price.billableModel, price]));
  return {
    id: `genai-prices/${provider}`,
    sourceUrl: 'https://github.com/pydantic/genai-prices',
    accessedAt: oracleInstant.slice(0, 10),
    capturedBy: 'test',
    priceKind: 'public-list',
    currency: 'USD',
    unitDivisor: 1_000_000n,
    verified: true,
    notes: null,
    prices: [...rows.values()],
    meters: new Map(),
    standard: null,
    samples: [],
    source: { file: 'genai-prices', line: 1, column: 1 },
  };
}

const audioInput = 'audio in the prompt has an input price of its own';
const imageOutput = 'images in the answer have an output price of their own';

/** Body index → why a price per token class cannot give the oracle's price. Every one of them is a modality price. */
export const unreproducible: Readonly<Record<number, string>> = {
  31: imageOutput,
  35: imageOutput,
  43: audioInput,
  44: imageOutput,
  52: imageOutput,
  185: audioInput,
  187: audioInput,
  192: audioInput,
  223: audioInput,
  228: audioInput,
  271: audioInput,
  272: audioInput,
  278: audioInput,
  295: audioInput,
  300: audioInput,
  321: audioInput,
  356: audioInput,
  357: audioInput,
  359: audioInput,
  369: audioInput,
  425: audioInput,
  426: audioInput,
  435: audioInput,
  465: audioInput,
};

const noOutputCount = 'the body has no output count: missing usage for us, zero for the library';

/** Body index → why we read a class as unknown that the library reads as zero. The counts agree otherwise, all of them. */
export const unknownForUs: Readonly<Record<number, string>> = Object.fromEntries(
  [58, 653, 665, 666, 667, 668, 669, 670, 671, 672, 673, 674].map((index) => [index, noOutputCount]),
);
