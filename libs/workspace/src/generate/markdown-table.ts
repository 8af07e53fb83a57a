/** A table in Markdown. A bar would end a cell and a line break its row, so both are taken care of. */
export function markdownTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(rowText).join('\n');
}

function rowText(cells: readonly (string | number)[]): string {
  return `| ${cells.map(cellText).join(' | ')} |`;
}

function cellText(cell: string | number): string {
  return String(cell)
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ');
}
