/** The kinds of export, in the order in which the help names them. */
import type { Exporter } from './export-source.ts';
import { htmlExporter } from './html.ts';
import { junitExporter } from './junit.ts';
import { workbookExporter } from './workbook/workbook.ts';

export const exporters: readonly Exporter[] = [htmlExporter, workbookExporter, junitExporter];
