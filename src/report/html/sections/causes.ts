/** Why expected and charged differ, largest first, what nothing explains apart from the rest: what happened, where most of it lies, samples, and the next step. */
import type { Mapping } from '../../../model/ledger.ts';
import { formatMoney, moneyOf } from '../../../model/money.ts';
import type { Result } from '../../../model/result.ts';
import { moneyFigure, signedFigure } from '../../figures.ts';
import { type Actor, stepWording } from '../../wording/step-wording.ts';
import { fillTemplate } from '../../wording/template.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { folded } from '../page-parts.ts';
import { mostOf, type StepRow } from '../step-rows.ts';
import type { Sample } from '../step-samples.ts';

export interface Causes {
  readonly result: Result;
  readonly steps: readonly StepRow[];
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
  readonly mappings: readonly Mapping[];
}

const actorWords: Readonly<Record<Actor, string>> = { platform: 'the platform team', finance: 'finance', provider: 'the provider' };
const mostOpen = 5;
const nothingToDo = 'Nothing to do';

export function causeLists(causes: Causes): Html {
  const open = causes.steps.filter(({ isExplained }) => !isExplained);
  const explained = causes.steps.filter(({ isExplained }) => isExplained);
  return markup`<h3>Unexplained</h3>
    ${open.length === 0 ? markup`<p>Nothing.</p>` : list(causes, open.slice(0, mostOpen))}
    ${open.length > mostOpen ? folded(`${open.length - mostOpen} smaller ones`, list(causes, open.slice(mostOpen))) : nothing}
    <h3>Explained</h3>
    ${explained.length === 0 ? markup`<p>Nothing.</p>` : folded(`${explained.length} ${explained.length === 1 ? 'step' : 'steps'}`, list(causes, explained))}
    <p class="note">Each sample can be followed through all layers: trueup explain ${causes.result.period.id} and its id.</p>\n`;
}

function list(causes: Causes, steps: readonly StepRow[]): Html {
  return markup`<ul class="causes">
    ${steps.map((step) => item(causes, step))}
  </ul>\n`;
}

function item({ result, samples, mappings }: Causes, { step, label, row, isExplained, size }: StepRow): Html {
  const { amount, count, excepted } = row;
  const words = Object.hasOwn(stepWording, step) ? stepWording[step as keyof typeof stepWording] : null;
  const happened = words === null ? '' : fillTemplate(words.sentence, { count, amount, args: {} }, (value) => value);
  const model = mostOf(result.by_model, step);
  const service = mostOf(result.by_service, step);
  const owner = mappings.find(({ billableModel, internalName }) => billableModel === model?.key || internalName === model?.key)?.owner ?? null;
  const where = [
    ...(model === null ? [] : [`${keyWords('model', model.key)} (${signedFigure(model.amount)})`]),
    ...(service === null ? [] : [`${keyWords('service', service.key)} (${signedFigure(service.amount)})`]),
  ];
  const acts = words === null ? '' : `${actorWords[words.actor]}${owner === null || words.actor !== 'platform' ? '' : `, ${owner}`}`;
  const gross = formatMoney(size);
  const both =
    row.increase !== '0' && row.decrease !== '0' ? ` (${moneyFigure(row.increase)} up, ${moneyFigure(formatMoney(moneyOf(row.decrease).abs()))} down)` : '';
  return markup`<li class="${isExplained ? 'explained-cause' : 'open'}">
    <p><span class="money">${signedFigure(amount)}</span> · <strong>${label}</strong>${both}</p>
    ${happened === '' ? nothing : markup`<p>${upper(happened)}.${excepted === '0' || gross === '0' ? nothing : markup` An exception covers ${moneyFigure(excepted)} of it.`}</p>`}
    ${where.length === 0 ? nothing : markup`<p class="note">Most of it: ${where.join(', ')}.</p>`} ${samplesOf(samples.get(step) ?? [])}
    ${words === null || words.next === nothingToDo ? nothing : markup`<p class="note">Next, for ${acts}: ${lower(words.next)}.</p>`}
  </li>\n`;
}

function samplesOf(samples: readonly Sample[]): Html {
  if (samples.length === 0) return nothing;
  const items = samples.map(({ id, day, amount }, index) => markup`${index === 0 ? '' : ', '}<code>${id ?? 'no id'}</code> ${signedFigure(amount)} on ${day}`);
  return markup`<p class="note">Samples: ${items}.</p>`;
}

/** A null reads `(none)` in a cut. */
const keyWords = (kind: string, key: string): string => (key === '(none)' ? `no ${kind} named` : `${kind} ${key}`);
const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
