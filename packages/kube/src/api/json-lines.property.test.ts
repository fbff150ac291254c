import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonLines } from './json-lines.ts';

const all = async (chunks: readonly Uint8Array[], longest = 1000): Promise<unknown[]> => {
  const found: unknown[] = [];
  const source = async function* (): AsyncGenerator<Uint8Array> {
    yield* chunks;
  };
  for await (const one of jsonLines(source(), longest)) found.push(one);
  return found;
};

describe('jsonLines', () => {
  it('finds the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ text: fc.string({ unit: 'binary' }) }), { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 10 }), async (values, cuts) => {
        const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
        const places = cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.byteLength));
        // JSON has no halves of surrogate pairs once they went through UTF-8; `JSON.stringify` escapes them.
        expect(await all(chunks, 100_000)).toEqual(values);
      }),
    );
  });

  it('leaves out what was cut off, and refuses what is no JSON or too long', async () => {
    expect(await all([Buffer.from('{"a":1}\n{"b":')])).toEqual([{ a: 1 }]);
    await expect(all([Buffer.from('{"a":1}\n<html>\n')])).rejects.toThrow('no JSON');
    await expect(all([Buffer.alloc(600, 97), Buffer.alloc(600, 97)])).rejects.toThrow('more than 1000 bytes');
    await expect(all([Buffer.concat([Buffer.alloc(1200, 97), Buffer.from('\n')])])).rejects.toThrow('more than 1000 bytes');
  });
});
