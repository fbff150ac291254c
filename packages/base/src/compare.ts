/** Byte-wise order of strings: the same on every machine and locale. Returns -1, 0 or 1. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Lexicographic order of equally shaped keys, e.g. (priority, name). */
export const compareKeys = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.length < b.length ? -1 : 0;
};
