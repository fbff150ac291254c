/** Bounds on what a file may make the reader do. Over the bound is an error, never a cut. */
export const manifestLimits = {
  bytesPerFile: 67_108_864,
  documentsPerFile: 250_000,
  /** Of YAML that is not plain: the real parser reads a megabyte in about a second. */
  slowBytesPerFile: 8_388_608,
  slowDocumentsPerFile: 50_000,
  depth: 64,
  /** Brackets open at once, as they stand in the text: the parser's time grows with the square of it. */
  openBrackets: 250,
  /** Per document: each is looked up with a walk over the document. */
  aliases: 100,
  /** Values that the aliases of one document stand for, together. */
  copies: 100_000,
  /** Syntax errors that are reported of one document. */
  syntaxErrors: 10,
  /** Other errors that are reported of one document; what comes after is counted, not listed. */
  errors: 100,
} as const;
