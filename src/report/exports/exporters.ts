/** The kinds of export, in the order in which the help names them. */
import type { Exporter } from './export-source.ts';
import { focusExporter } from './focus.ts';
import { htmlExporter } from './html.ts';
import { journalExporter } from './journal.ts';
import { junitExporter } from './junit.ts';
import { sarifExporter } from './sarif.ts';
import { workbookExporter } from './workbook/workbook.ts';

export const exporters: readonly Exporter[] = [workbookExporter, htmlExporter, focusExporter, journalExporter, junitExporter, sarifExporter];
