import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

const standing = (most: number, patienceMs = 60_000, onTurn: (one: string, here: Turnstile<string>) => void = () => undefined): { here: Turnstile<string>; turns: string[] } => {
  const turns: string[] = [];
  const here: Turnstile<string> = new Turnstile({ most, patienceMs, onTurn: (one) => (turns.push(one), onTurn(one, here)) });
  return { here, turns };
};

/** As many turns of the loop as there are names in any of these tests, and more. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await turn();
};

it('lets so many in, and the others in their order when one leaves', async () => {
  const { here, turns } = standing(2);
  for (const one of ['a', 'b', 'c', 'd', 'e']) here.enter(one);
  await settled();
  expect(turns).toEqual(['a', 'b']);
  here.leave('d');
  here.leave('nobody');
  await settled();
  expect(turns).toEqual(['a', 'b']);
  here.leave('a');
  here.leave('a');
  await settled();
  expect(turns).toEqual(['a', 'b', 'c']);
  here.leave('b');
  await settled();
  expect(turns).toEqual(['a', 'b', 'c', 'e']);
  here.close();
});

it('goes on behind somebody who leaves within its own turn', async () => {
  const { here, turns } = standing(1, 60_000, (one, at) => at.leave(one));
  for (const one of ['a', 'b', 'c']) here.enter(one);
  await settled();
  expect(turns).toEqual(['a', 'b', 'c']);
});

it('lets the loop turn between two turns', async () => {
  const { here, turns } = standing(3);
  for (const one of ['a', 'b', 'c']) here.enter(one);
  expect(turns).toEqual([]);
  const seen: number[] = [];
  for (let i = 0; i < 4; i++) {
    await turn();
    seen.push(turns.length);
  }
  expect(seen).toEqual([1, 2, 3, 3]);
  here.close();
});

it('does not wait for ever', async () => {
  const { here, turns } = standing(1, 20);
  for (const one of ['a', 'b']) here.enter(one);
  await settled();
  expect(turns).toEqual(['a']);
  await delay(60);
  expect(turns).toEqual(['a', 'b']);
  here.close();
});
