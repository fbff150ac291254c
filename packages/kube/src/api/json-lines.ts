/**
 * A stream of bytes as lines of JSON, each no longer than a bound.
 *
 * @module
 */
import { ApiFault } from './api-server.ts';

const NEWLINE = 10;

/** Throws an `ApiFault` at a line that is no JSON or is too long. What is behind the last newline was cut off, and is left out. */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<unknown> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const last = chunk.subarray(from, end);
      const line = pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
      [pieces, length, from] = [[], 0, end + 1];
      if (line.byteLength > longest) throw tooLong(longest);
      if (line.byteLength > 0) yield parsed(line);
    }
    if (from === chunk.byteLength) continue;
    pieces.push(chunk.subarray(from));
    length += chunk.byteLength - from;
    if (length > longest) throw tooLong(longest);
  }
}

const tooLong = (longest: number): ApiFault => new ApiFault(0, `a line of more than ${longest} bytes came from the API server`);

const parsed = (line: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'));
  } catch {
    throw new ApiFault(0, 'what came from the API server is no JSON');
  }
};
