/** nft's library keeps the contract of kernel ports, and stays in its namespace. */
import { execFileSync } from 'node:child_process';
import { kernelPortContract } from '@firsthop/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NftLibrary, openNftLibrary } from './nft-library.ts';
import { nftPort } from './nft-port.ts';
import { nftProgramPort } from './nft-program-port.ts';

const netns = `firsthop-library-${process.pid}`;
const opened: NftLibrary[] = [];
const open = (): NftLibrary => {
  const library = openNftLibrary(`/run/netns/${netns}`);
  opened.push(library);
  return library;
};

beforeAll(() => void execFileSync('ip', ['netns', 'add', netns]));
afterAll(async () => {
  for (const library of opened) await library.close();
  execFileSync('ip', ['netns', 'del', netns]);
});

kernelPortContract(
  () => nftPort(open().run),
  () => Promise.resolve(void execFileSync('ip', ['netns', 'exec', netns, 'nft', 'flush', 'ruleset'])),
);

describe('the library', () => {
  const table = ['add table inet firsthop', 'add chain inet firsthop one', 'add rule inet firsthop one meta l4proto 6 limit rate 5/second accept'];

  it('reads as the program does, and is many times faster', async () => {
    execFileSync('ip', ['netns', 'exec', netns, 'nft', 'flush', 'ruleset']);
    const [library, program] = [nftPort(open().run), nftProgramPort({ netns })];
    await library.apply(table);
    expect(await library.read()).toEqual(await program.read());
    const timed = async (port: typeof library): Promise<number> => {
      const started = performance.now();
      for (let i = 0; i < 20; i++) await port.apply([`add chain inet firsthop c${i % 2}`]);
      return (performance.now() - started) / 20;
    };
    await timed(library);
    const [fast, slow] = [await timed(library), await timed(program)];
    console.log(`a transaction: ${fast.toFixed(2)} ms by the library, ${slow.toFixed(2)} ms by the program`);
    expect(fast).toBeLessThan(slow / 3);
  });

  it('answers many at once, one after the other', async () => {
    const { run } = open();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => run(['-f', '-'], `add table inet firsthop\nadd chain inet firsthop q${i}\n`)));
    expect(answers.every(({ code }) => code === 0)).toBe(true);
    expect((await run(['list', 'table', 'inet', 'firsthop'])).out.match(/chain q\d+/g)).toHaveLength(50);
  });

  it('that was closed says so', async () => {
    const library = openNftLibrary(`/run/netns/${netns}`);
    await library.close();
    await library.close();
    expect(await library.run(['list', 'tables'])).toMatchObject({ code: 1, error: expect.stringContaining('closed') as string });
  });

  it('leaves this process where it is', () => {
    open();
    expect(() => openNftLibrary('/run/netns/there-is-none')).toThrow(/there-is-none/);
    expect(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })).not.toContain('firsthop');
  });
});
