/**
 * Cost exports of clouds, in which calls of models are sums among all else that was bought: AWS, Azure, Google Cloud, and FOCUS rows of any provider. None names the
 * model in a column of its own, or tokens: what a meter's text means is not read out of it. Source: the vendors' tables of columns, and focus.finops.org.
 */
import { allIncluded, column, floatMoney, inside } from './source.ts';
import type { Format } from '../../model/evidence.ts';

const usual = {
  grain: 'bucket',
  constants: {},
  timestamp: { kind: 'iso', zone: null },
  statuses: {},
  inclusion: [allIncluded],
  money: floatMoney,
  filter: [],
} as const;

/** CUR 2.0 as CSV; times are UTC. Models of other houses on Bedrock are marketplace products of their own, so that no product code finds all: export what is to be compared. */
export const awsCur: Format = {
  ...usual,
  name: 'aws-cur',
  columns: {
    timestamp_utc: [column('line_item_usage_start_date')],
    account_ref: [column('line_item_usage_account_id')],
    region: [column('product_region_code')],
    kind: [column('line_item_line_item_type')],
    charged_amount: [column('line_item_unblended_cost')],
    charged_currency: [column('line_item_currency_code')],
    line_item: [column('identity_line_item_id'), column('line_item_usage_type')],
  },
  kinds: { Usage: 'charge', Credit: 'adjustment', Refund: 'refund', Tax: 'adjustment' },
};

/** CostAndUsage rows of FOCUS 1.2 and later: these columns are mandatory in all. `EffectiveCost` spreads commitments and is no bill. */
export const focus: Format = {
  ...usual,
  name: 'focus-costs',
  columns: {
    timestamp_utc: [column('ChargePeriodStart')],
    account_ref: [column('BillingAccountId')],
    region: [column('RegionId')],
    kind: [column('ChargeCategory')],
    charged_amount: [column('BilledCost')],
    charged_currency: [column('BillingCurrency')],
    // Neither is mandatory; a provider that has none tells nothing apart by it.
    line_item: [column('SkuPriceId'), column('SkuId'), column('ChargeDescription')],
  },
  // A purchase pays in advance for usage whose own cost is then 0.
  kinds: { Usage: 'charge', Purchase: 'adjustment', Tax: 'adjustment', Credit: 'adjustment', Adjustment: 'adjustment' },
};

/**
 * Cost details of an Enterprise Agreement, whose days are written month first. Were they not, no month would pass for it: days above 12 cannot be read, and the others
 * lie in other months and are set aside. The deployment is a part of a resource's name, and the meter's name says
 * class and model in words.
 */
export const azureCosts: Format = {
  ...usual,
  name: 'azure-costs',
  columns: {
    timestamp_utc: [column('Date')],
    account_ref: [column('SubscriptionId')],
    region: [column('ResourceLocation')],
    kind: [column('ChargeType')],
    charged_amount: [column('CostInBillingCurrency')],
    charged_currency: [column('BillingCurrencyCode'), column('BillingCurrency')],
    line_item: [column('MeterId'), column('MeterName')],
  },
  timestamp: { kind: 'pattern', zone: 'UTC', pattern: '%m/%d/%Y' },
  kinds: { Usage: 'charge', Purchase: 'adjustment', Refund: 'refund' },
};

/** The standard or detailed table of BigQuery as JSON lines. Credits are a list beside the cost, which is before them. */
export const gcpBilling: Format = {
  ...usual,
  name: 'gcp-billing',
  columns: {
    timestamp_utc: [column('usage_start_time')],
    account_ref: [column('billing_account_id')],
    key_ref: [inside('project', '$.id')],
    region: [inside('location', '$.region')],
    kind: [column('cost_type')],
    charged_amount: [column('cost')],
    charged_currency: [column('currency')],
    line_item: [inside('sku', '$.id')],
  },
  kinds: { regular: 'charge', tax: 'adjustment', adjustment: 'adjustment', rounding_error: 'adjustment' },
};
