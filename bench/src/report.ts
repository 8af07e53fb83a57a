import type { Table } from './bench.ts';

/** Other programs always take a little. */
const unnoticedShare = 0.05;

/** A table as text, numbers aligned to the right. `othersShare` is what other programs took of the machine, 0 to 1. */
export function shown({ title, columns, rows }: Table, othersShare: number): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? rounded(cell) : cell)));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  const warning = `  (disturbed: other programs took ${Math.round(othersShare * 100)} % of the machine)`;
  return [`\n${title}${othersShare > unnoticedShare ? warning : ''}`, ...lines].join('\n');
}

function rounded(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
