/** The page of a period, for people: a browser, a printer, an artifact. */
import { renderPage } from '../html/render-page.ts';
import type { Exporter, ExportSource } from './export-source.ts';

export const htmlExporter: Exporter = {
  kind: 'html',
  description: 'one page for people: pictures, causes, tables',
  files: [{ name: (period) => `${period}.html`, content: page }],
};

async function* page(source: ExportSource): AsyncIterable<string> {
  yield await renderPage(source);
}
