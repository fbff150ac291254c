/** Bounds on what a file may make the reader do. Over the bound is an error, never a cut. */
export const manifestLimits = {
  bytesPerFile: 8_388_608,
  documentsPerFile: 50_000,
  depth: 64,
  /** Brackets open at once, as they stand in the text: the parser's time grows with the square of it. */
  openBrackets: 2_000,
  aliases: 100,
  /** Syntax errors that are reported of one document. */
  syntaxErrors: 10,
} as const;
