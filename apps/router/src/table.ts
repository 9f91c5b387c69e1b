/** Rows of text under their titles, in columns, for a terminal. Of what others wrote, nothing can move the cursor. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((row) => row.map((cell) => cell.replace(/\p{C}/gu, '·')))
  const widths = titles.map((_, column) => lines.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), 0))
  return lines
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
