/** What the stages of a run took, as a small table for a terminal or a log. */

export interface StageTime {
  /** null = of the run, not of one period. */
  readonly period: string | null;
  readonly stage: string;
  readonly rows: number | null;
  readonly milliseconds: number;
}

/** One line for each stage, then the whole; periods that ran beside each other add up to more than it. */
export function renderTimings(stages: readonly StageTime[], whole: number): string {
  const lines = [['period', 'stage', 'rows', 'seconds'], ...stages.map(cellsOf), ['', 'whole', '', seconds(whole)]];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const aligned = (cells: readonly string[]): string =>
    cells.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  return lines.map((cells) => `${aligned(cells)}\n`).join('');
}

function cellsOf({ period, stage, rows, milliseconds }: StageTime): string[] {
  return [period ?? '', stage, rows === null ? '' : rows.toLocaleString('en'), seconds(milliseconds)];
}

/** `1.042`; what is less than a millisecond is cut. */
function seconds(milliseconds: number): string {
  const whole = Math.trunc(milliseconds);
  return `${Math.trunc(whole / 1000)}.${String(whole % 1000).padStart(3, '0')}`;
}
