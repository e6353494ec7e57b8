/** `trueup audit`: who wrote, reviewed and approved what a period rests on, from git, and from the API where a token is given. */
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { auditLedger } from '../period/audit-ledger.ts';
import { createApiClient } from '../host/github/api-client.ts';
import { defaultPatience } from '../host/github/patience.ts';
import { auditHost } from '../host/github/reviews.ts';
import type { AuditHost } from '../model/approval.ts';
import { UserError } from '../model/user-error.ts';
import { renderAuditJson, renderAuditMarkdown, renderAuditText } from '../report/render-audit.ts';
import { asOfOption, type CommandContext, ledgerOption } from './run-flags.ts';

interface AuditFlags {
  readonly ledger: string;
  readonly asOf?: string;
  readonly render: 'text' | 'json' | 'markdown';
}

export function addAuditCommand(program: Command, context: CommandContext): void {
  program
    .command('audit')
    .description('show the trail of every file of a period: commits, authors, reviewers, approvals; GITHUB_TOKEN and GITHUB_REPOSITORY add reviews')
    .argument('[period]', 'id of the period (default: every period)')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(new Option('--render <view>', 'what to print').choices(['text', 'json', 'markdown']).default('text'))
    .action(async (period: string | undefined, flags: AuditFlags) => {
      const { environment, toolVersion } = context;
      const audit = await auditLedger({
        ledgerRoot: resolve(flags.ledger),
        period: period ?? null,
        asOf: flags.asOf ?? context.today(),
        toolVersion,
        environment,
        host: hostOf(context),
      });
      if (flags.render === 'json') context.print(renderAuditJson(audit));
      else context.print(flags.render === 'markdown' ? renderAuditMarkdown(audit) : renderAuditText(audit, context.screen.colour));
      context.finish(0);
    });
}

/** null without a token or a repository: git alone. */
function hostOf({ environment, toolVersion }: CommandContext): AuditHost | null {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: apiUrl } = environment;
  if (!token || !repository) return null;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) throw new UserError('GITHUB_REPOSITORY is not owner/name.', 'Correct it, or unset it to audit from git alone.');
  // An audit holds nobody up: each request has its time, all of them together have no limit.
  const patience = defaultPatience(() => 0);
  return auditHost(createApiClient({ apiUrl: apiUrl || 'https://api.github.com', token, userAgent: `trueup/${toolVersion}`, patience }), repository);
}
