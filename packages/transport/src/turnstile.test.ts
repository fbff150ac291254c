import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

const standing = (most: number, patienceMs = 60_000, onTurn: (one: string, here: Turnstile<string>) => void = () => undefined): { here: Turnstile<string>; turns: string[] } => {
  const turns: string[] = [];
  const here: Turnstile<string> = new Turnstile({ most, patienceMs, onTurn: (one) => (turns.push(one), onTurn(one, here)) });
  return { here, turns };
};

it('lets so many in, and the others in their order when one leaves', () => {
  const { here, turns } = standing(2);
  for (const one of ['a', 'b', 'c', 'd', 'e']) here.enter(one);
  expect(turns).toEqual(['a', 'b']);
  here.leave('d');
  here.leave('nobody');
  expect(turns).toEqual(['a', 'b']);
  here.leave('a');
  here.leave('a');
  expect(turns).toEqual(['a', 'b', 'c']);
  here.leave('b');
  expect(turns).toEqual(['a', 'b', 'c', 'e']);
  here.close();
});

it('goes on behind somebody who leaves within its own turn', () => {
  const { here, turns } = standing(1, 60_000, (one, at) => at.leave(one));
  for (const one of ['a', 'b', 'c']) here.enter(one);
  expect(turns).toEqual(['a', 'b', 'c']);
});

it('does not wait for ever', async () => {
  const { here, turns } = standing(1, 20);
  for (const one of ['a', 'b']) here.enter(one);
  expect(turns).toEqual(['a']);
  await delay(60);
  expect(turns).toEqual(['a', 'b']);
  here.close();
});
