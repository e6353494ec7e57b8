/** Why expected and charged differ, largest first, what nothing explains apart from the rest: what happened, whose it is, samples, and the next step. */
import type { Step } from '../../../model/bridge.ts';
import type { Amount } from '../../../model/money.ts';
import type { Result } from '../../../model/result.ts';
import { type Cause, causeOwner, causeSentence, causeWords, explainedSteps, unexplainedCauses } from '../../causes.ts';
import { plainMoney, signedMoney } from '../../show-money.ts';
import { labelOf, stepWording } from '../../wording/step-wording.ts';
import { fillTemplate } from '../../wording/template.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { folded } from '../page-parts.ts';
import type { Sample } from '../step-samples.ts';

type Samples = ReadonlyMap<string, readonly Sample[]>;

const mostOpen = 5;
const plain = (text: string): string => text;

export function causeLists(result: Result, samples: Samples): Html {
  const open = unexplainedCauses(result);
  const items = open.map((cause) => causeItem(cause, result, samples));
  const explained = explainedSteps(result).map(({ step, amount }) => explainedItem(step, amount, result, samples));
  return markup`<h3>Unexplained</h3>
${items.length === 0 ? markup`<p>Nothing.</p>` : list(items.slice(0, mostOpen))}
${items.length > mostOpen ? folded(`${items.length - mostOpen} smaller ones`, list(items.slice(mostOpen))) : nothing}
<h3>Explained</h3>
${explained.length === 0 ? markup`<p>Nothing.</p>` : folded(`${explained.length} ${explained.length === 1 ? 'step' : 'steps'}`, list(explained))}
<p class="note">Each sample can be followed through all layers: trueup explain ${result.period.id} and its id.</p>\n`;
}

const list = (items: readonly Html[]): Html => markup`<ul class="causes">
${items}</ul>\n`;

function causeItem(cause: Cause, { period, bridge }: Result, samples: Samples): Html {
  const { step, amount } = cause;
  const [up, down] = [bridge.find((row) => row.step === step)?.increase ?? '0', bridge.find((row) => row.step === step)?.decrease ?? '0'];
  const both = up !== '0' && down !== '0' ? ` (${signedMoney(up as Amount, period.currency)} and ${plainMoney(down as Amount, period.currency)})` : '';
  return markup`<li class="open">
<p><span class="money">${signedMoney(amount, period.currency)}</span> · <strong>${causeWords(cause, plain)}</strong>${both}</p>
<p>${upper(causeSentence(cause))}.</p>
${samplesOf(samples.get(step) ?? [], period.currency)}
<p class="note">Next, for ${causeOwner(cause, plain)}: ${lower(stepWording[step].next)}.</p>
</li>\n`;
}

function explainedItem(step: string, amount: Amount, { period, bridge }: Result, samples: Samples): Html {
  const words = Object.hasOwn(stepWording, step) ? stepWording[step as Step] : null;
  const count = bridge.filter((row) => row.step === step).reduce((sum, row) => sum + row.count, 0);
  const happened = words === null ? '' : fillTemplate(words.sentence, { count, amount, args: {} }, plain);
  return markup`<li class="explained-step">
<p><span class="money">${signedMoney(amount, period.currency)}</span> · <strong>${labelOf(step, amount)}</strong></p>
${happened === '' ? nothing : markup`<p>${upper(happened)}.</p>`}
${samplesOf(samples.get(step) ?? [], period.currency)}
</li>\n`;
}

function samplesOf(samples: readonly Sample[], currency: string): Html {
  if (samples.length === 0) return nothing;
  const items = samples.map(
    ({ id, day, amount }, index) => markup`${index === 0 ? '' : ', '}<code>${id ?? 'no id'}</code> ${signedMoney(amount, currency)} on ${day}`,
  );
  return markup`<p class="note">Samples: ${items}.</p>`;
}

const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
