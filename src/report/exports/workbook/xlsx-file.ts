/**
 * Writes a workbook (Office Open XML) row by row: amounts as the digits that they are, formulas without a value, so that whoever opens it computes them, and
 * text that can never be taken for a formula. The same sheets give the same bytes.
 */
import { Zip, ZipDeflate, strToU8 } from 'fflate';

export type Style = 'text' | 'bold' | 'head' | 'money' | 'bold-money' | 'count' | 'wrapped' | 'digits';

export type Cell =
  | { readonly text: string; readonly style?: Style }
  /** Plain decimal digits. */
  | { readonly number: string; readonly style?: Style }
  /** Without the equals sign. */
  | { readonly formula: string; readonly style?: Style }
  | null;

export interface Sheet {
  /** At most 31 characters, none of them `[]:*?/\`. */
  readonly name: string;
  /** In characters, by column. */
  readonly widths: readonly number[];
  /** Rows that stay in sight. */
  readonly frozen: number;
  readonly rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
}

/** Pieces of the file, as they are ready. */
export async function* xlsxFile(sheets: readonly Sheet[]): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    ready.push(piece);
  });
  for (const [name, text] of frame(sheets)) {
    const part = open(zip, name);
    part.push(strToU8(text), true);
    yield* ready.splice(0);
  }
  for (const [index, sheet] of sheets.entries()) {
    const part = open(zip, `xl/worksheets/sheet${index + 1}.xml`);
    for await (const text of sheetPieces(sheet)) {
      part.push(strToU8(text));
      yield* ready.splice(0);
    }
    part.push(strToU8(`</sheetData>${printed}</worksheet>`), true);
  }
  zip.end();
  yield* ready;
}

/** The archive keeps local time: the first moment that it knows is the same everywhere. */
function open(zip: Zip, name: string): ZipDeflate {
  const part = new ZipDeflate(name, { level: 6 });
  part.mtime = '1980-01-01T00:00:00';
  zip.add(part);
  return part;
}

/** On paper as wide as a page, on as many as it takes. */
const printed = '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>';

const rowsPerPiece = 500;

async function* sheetPieces({ widths, frozen, rows }: Sheet): AsyncIterable<string> {
  const columns = widths.map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`).join('');
  const pane = frozen === 0 ? '' : `<pane ySplit="${frozen}" topLeftCell="A${frozen + 1}" activePane="bottomLeft" state="frozen"/>`;
  let text = `${declaration}<worksheet xmlns="${main}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews><cols>${columns}</cols><sheetData>`;
  let number = 0;
  for await (const row of rows) {
    number += 1;
    text += `<row r="${number}">${row.map((cell, index) => cellText(cell, `${columnName(index)}${number}`)).join('')}</row>`;
    if (number % rowsPerPiece === 0) {
      yield text;
      text = '';
    }
  }
  yield text;
}

function cellText(cell: Cell, place: string): string {
  if (cell === null) return '';
  const style = cell.style === undefined ? '' : ` s="${styles.indexOf(cell.style)}"`;
  if ('text' in cell) return `<c r="${place}"${style} t="inlineStr"><is><t xml:space="preserve">${xmlText(cell.text)}</t></is></c>`;
  return 'number' in cell ? `<c r="${place}"${style}><v>${cell.number}</v></c>` : `<c r="${place}"${style}><f>${xmlText(cell.formula)}</f></c>`;
}

/** A, B, … Z, AA, … */
export function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : `${columnName(Math.floor(index / 26) - 1)}${columnName(index % 26)}`;
}

const longestText = 32_000;

/** Characters that XML does not know become U+FFFD; `_x0041_` would be read as a character by its number. */
function xmlText(text: string): string {
  return text
    .slice(0, longestText)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>"\r]/g, (character) => `&#${character.codePointAt(0)};`);
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';

/** In the order of the formats below. */
const styles: readonly Style[] = ['text', 'bold', 'head', 'money', 'bold-money', 'count', 'wrapped', 'digits'];

const styleSheet = `${declaration}<styleSheet xmlns="${main}">
<numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.00########;[Red]\\-#,##0.00########"/></numFmts>
<fonts count="2"><font><sz val="10"/><name val="Arial"/></font><font><b/><sz val="10"/><name val="Arial"/></font></fonts>
<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE6EDF5"/></patternFill></fill></fills>
<borders count="1"><border/></borders>
<cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="8"><xf/><xf fontId="1" applyFont="1"/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="164" fontId="1" applyNumberFormat="1" applyFont="1"/><xf numFmtId="3" applyNumberFormat="1"/><xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf><xf applyAlignment="1"><alignment horizontal="right"/></xf></cellXfs>
</styleSheet>`;

/** Everything but the sheets themselves. */
function frame(sheets: readonly Sheet[]): [name: string, text: string][] {
  const numbered = sheets.map(({ name }, index) => ({ name: xmlText(name), id: index + 1 }));
  const overrides = numbered.map(
    ({ id }) => `<Override PartName="/xl/worksheets/sheet${id}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`,
  );
  const relations = numbered.map(({ id }) => `<Relationship Id="rId${id}" Type="${office}/worksheet" Target="worksheets/sheet${id}.xml"/>`);
  const named = numbered.map(({ name, id }) => `<sheet name="${name}" sheetId="${id}" r:id="rId${id}"/>`);
  return [
    [
      '[Content_Types].xml',
      `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${overrides.join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${named.join('')}</sheets><calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${declaration}<Relationships xmlns="${packaged}/relationships">${relations.join('')}<Relationship Id="rId${sheets.length + 1}" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ],
    ['xl/styles.xml', styleSheet],
  ];
}
