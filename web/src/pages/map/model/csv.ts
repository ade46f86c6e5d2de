/** Tables as files that Excel opens rightly, Chinese and all. */

/** Excel reads UTF-8 only after this mark. */
const BOM = '\uFEFF';
/** A cell that begins so would be taken for a formula, and could call out of the sheet; full-width forms are read alike. */
const FORMULA = /^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/;

export type Cell = string | number;

export const csvOf = (rows: Cell[][]): string =>
  `${BOM}${rows.map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;

function cellOf(cell: Cell): string {
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
