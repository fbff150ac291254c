import { expect, it } from 'vitest';
import { ManagerChoice } from './manager-choice.ts';

const urls = ['wss://a/agent', 'wss://b/agent', 'wss://c/agent'];

it('agents are spread over all managers, and those of one that is gone over the others', () => {
  const orders = Array.from({ length: 3000 }, (_, i) => new ManagerChoice(`node-${i}`, urls)).map((choice) => [choice.next(), choice.next(), choice.next()]);
  for (const order of orders) expect([...order].sort()).toEqual(urls);
  for (const url of urls) {
    expect(orders.filter(([first]) => first === url).length / 3000).toBeCloseTo(1 / 3, 1);
    const left = orders.filter(([first]) => first === url);
    for (const other of urls) if (other !== url) expect(left.filter(([, second]) => second === other).length / left.length).toBeCloseTo(1 / 2, 1);
  }
});

it('the order of an agent is its own, whatever the order in its settings', () => {
  const [one, other] = [new ManagerChoice('n', urls), new ManagerChoice('n', urls.toReversed())];
  for (let i = 0; i < 6; i++) expect(one.next()).toBe(other.next());
});

it('who lags is left as long as somebody else may be of more use, each once a minute', () => {
  const choice = new ManagerChoice('n', urls);
  const said = [0, 1, 2, 3].map((now) => {
    choice.next();
    choice.wasUseless(now);
    return choice.isBetterElsewhere(now);
  });
  expect(said).toEqual([true, true, false, false]);
  expect([60_000, 60_001].map((now) => choice.isBetterElsewhere(now))).toEqual([false, true]);
  const only = new ManagerChoice('n', urls.slice(1, 2));
  only.next();
  expect(only.isBetterElsewhere(0)).toBe(false);
});
