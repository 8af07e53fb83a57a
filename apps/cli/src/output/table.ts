/** One column: its heading, and what it shows of a row. */
export interface Column<Row> {
  readonly title: string;
  text(row: Row): unknown;
}

const GAP = '  ';
/** What could move the cursor or color the terminal stays out of it. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const unprintable = /[\u0000-\u001f\u007f-\u009f]+/g;

/** Rows as text in columns, headings first. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title.toUpperCase()),
    ...rows.map((row) => columns.map((column) => cell(column.text(row)))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells
    .map(
      (line) =>
        `${line
          .map((text, i) => text.padEnd(widths[i] ?? 0))
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: unknown): string {
  if (value === undefined || value === null || value === '') return '-';
  const text = Array.isArray(value)
    ? value.join(',')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
  return text.replaceAll(unprintable, ' ');
}
