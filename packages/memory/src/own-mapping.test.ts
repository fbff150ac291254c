/** Pieces of the size that Node reads each TLS connection into: mappings of their own, if so much was asked for, and else not. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** How many of two thousand pieces lie in the heap of the C library, which has room for a few as it is. */
const inHeap = (options: string): number => {
  const script = `
    import { readFileSync } from 'node:fs';
    import koffi from 'koffi';
    import { systemMemory } from ${JSON.stringify(fileURLToPath(new URL('system-memory.ts', import.meta.url)))};
    if (systemMemory(${options}) === undefined) throw new Error('no glibc');
    const malloc = koffi.load('libc.so.6').func('uintptr_t malloc(size_t)');
    const places = Array.from({ length: 2000 }, () => BigInt(malloc(65536)));
    const [first, last] = /^([0-9a-f]+)-([0-9a-f]+) .*\\[heap\\]$/m.exec(readFileSync('/proc/self/maps', 'utf8')).slice(1).map((at) => BigInt('0x' + at));
    console.log(places.filter((at) => at >= first && at < last).length);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) }));
};

it('large pieces are in nobody else\'s way', () => {
  expect(inHeap('{ ownMapping: 60 * 1024 }')).toBeLessThan(400);
  expect(inHeap('{}')).toBeGreaterThan(1600);
});
