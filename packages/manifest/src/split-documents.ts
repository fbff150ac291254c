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

/** A line with nothing but a comment, blanks or a directive. */
const emptyLine = /^(?:\s*(?:#.*)?|%.*|---\s*(?:#.*)?|\.\.\.\s*)$/;

const isEmpty = (text: string): boolean => {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    if (!emptyLine.test(text.slice(start, stop))) return false;
    start = stop + 1;
  }
  return true;
};

const linesIn = (text: string, from: number, to: number): number => {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
};

const marker = /(?:^|\n)---(?=\s|$)/g;

export const splitDocuments = (written: string): Chunk[] => {
  const text = written.includes('\r\n') ? written.replaceAll('\r\n', '\n') : written;
  const starts = [...text.matchAll(marker)].map(({ index, 0: found }) => (found.startsWith('\n') ? index + 1 : index));
  const chunks: Chunk[] = [];
  let line = 1;
  for (const [i, start] of [0, ...starts].entries()) {
    const next = starts[i];
    // Without the line end before the next marker.
    const chunk = text.slice(start, next === undefined ? undefined : Math.max(start, next - 1));
    if (!isEmpty(chunk)) chunks.push({ text: chunk, line });
    line += linesIn(text, start, next ?? start);
  }
  return chunks;
};
