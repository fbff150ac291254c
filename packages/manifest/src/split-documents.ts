/**
 * A file's text as its YAML documents, before anything is parsed, so that a document that cannot be read harms no other.
 * `---` in the first column always begins a document in YAML, also inside of a block text.
 *
 * @module
 */
export interface Chunk {
  readonly text: string;
  /** Line of the file on which the chunk begins, from 1. */
  readonly line: number;
}

/** Nothing but comments, blanks and directives. */
const isEmpty = (lines: readonly string[]): boolean => lines.every((line) => /^(?:\s*(?:#.*)?|%.*|---\s*(?:#.*)?|\.\.\.\s*)$/.test(line));

export const splitDocuments = (text: string): Chunk[] => {
  const chunks: Chunk[] = [];
  let open: string[] = [];
  let start = 1;
  const close = (): void => {
    if (!isEmpty(open)) chunks.push({ text: open.join('\n'), line: start });
  };
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^---(?:\s|$)/.test(line)) {
      close();
      open = [];
      start = i + 1;
    }
    open.push(line);
  }
  close();
  return chunks;
};
