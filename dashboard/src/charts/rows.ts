/** The first and last row in which any column has something, with one more at each end. */
export function range(columns: number[][]): { first: number; last: number } {
  const used = columns.flatMap((column) =>
    column.flatMap((count, row) => (count > 0 ? [row] : [])),
  );
  const rows = Math.max(0, ...columns.map((column) => column.length));
  if (used.length === 0) {
    return { first: 0, last: Math.min(9, Math.max(0, rows - 1)) };
  }
  const first = used.reduce((a, b) => Math.min(a, b));
  const last = used.reduce((a, b) => Math.max(a, b));
  return { first: Math.max(0, first - 1), last: Math.min(rows - 1, last + 1) };
}
