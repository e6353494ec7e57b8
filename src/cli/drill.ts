/** `trueup drill`: runs validation tests, scaffolds a new one, and injects faults to see whether they show. */
import { resolve, sep } from 'node:path';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { asOfOption, type CommandContext, evidenceRootOption, exitCodeFor, ledgerOption, type RunFlags, runSettings } from './run-flags.ts';
import { injectFaults } from '../drills/inject-faults.ts';
import { runDrills } from '../drills/run-drills.ts';
import { scaffoldDrill } from '../drills/scaffold-drill.ts';
import { writeFolder } from '../ledger/new/write-folder.ts';
import { type DrillKind, drillKinds } from '../model/policy.ts';
import { validateLedger } from '../period/reconcile.ts';
import { renderDrills, renderFaults } from '../report/render-drills.ts';
import { drillFolder } from '../model/layout.ts';

const seed = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at most nine digits.');
  return Number(text);
};
export function addDrillCommand(program: Command, context: CommandContext): void {
  const drill = program.command('drill').description('run the validation tests A to E, scaffold one, or inject faults into a copy of a period');
  addRun(drill, context);
  addNew(drill, context);
  addFaults(drill, context);
}

function addRun(drill: Command, context: CommandContext): void {
  drill
    .command('run', { isDefault: true })
    .description('run drills through the pipeline and compare what comes out (the default)')
    .argument('[id...]', 'ids of drills (default: every drill)')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .action(async (ids: string[], flags: RunFlags) => {
      const { outcomes, findings } = await runDrills(resolve(flags.ledger), ids, runSettings(flags, context));
      context.print(renderDrills(outcomes, findings, context.screen));
      context.finish(exitCodeFor(findings));
    });
}

function addNew(drill: Command, context: CommandContext): void {
  drill
    .command('new')
    .description('write the folder of a new drill: instructions, and placeholders for what only you can know')
    .addArgument(new Argument('<kind>', 'which test').choices(drillKinds))
    .requiredOption('--id <name>', 'name of the drill and of its folder')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .action(async (kind: DrillKind, flags: RunFlags & { readonly id: string }) => {
      const { ledger } = await validateLedger(resolve(flags.ledger), flags.asOf ?? context.today());
      const files = scaffoldDrill(kind, flags.id, ledger);
      const root = resolve(flags.ledger);
      // Joined as text: the bundler takes a resolved path of parts for files that it should bring along.
      await writeFolder([root, 'drills', flags.id].join(sep), files);
      const names = Object.keys(files).map((name) => `  ${drillFolder(flags.id)}/${name}\n`);
      context.print(`Wrote:\n${names.join('')}\nFollow ${drillFolder(flags.id)}/README.md; \`trueup validate\` lists what is still open, line by line.\n`);
      context.finish(0);
    });
}

function addFaults(drill: Command, context: CommandContext): void {
  drill
    .command('faults')
    .description('inject faults into a copy of a period, and report how many of each kind show')
    .argument('<period>', 'id of the period')
    .option('--kind <name...>', 'only these kinds of faults (default: every kind)')
    .option('--seed <number>', 'which requests are touched; the same seed touches the same ones', seed, 1)
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .action(async (period: string, flags: RunFlags & { readonly seed: number; readonly kind?: readonly string[] }) => {
      const report = await injectFaults(resolve(flags.ledger), period, { seed: flags.seed, kinds: flags.kind ?? [] }, runSettings(flags, context));
      context.print(renderFaults(report, context.screen));
      context.finish(exitCodeFor(report.findings));
    });
}
