import { expect, it } from 'vitest';
import { seeded } from '../bench/random.ts';
import { churn } from './churn.ts';
import { churnEvents } from './churn-events.ts';
import { decode } from './decode.ts';
import { smallNamespaces } from './workloads.ts';

const objects = [...smallNamespaces(1, 30)];
const events = [...churnEvents(objects, 2, 2000)];

it('who reads the events hears what our own compiler hears', () => {
  const source = churn(objects.map(decode), seeded(2));
  for (const event of events) {
    const { value: change } = source.next();
    if (change === undefined) throw new Error('churn has no end');
    const read = decode('apply' in event ? event.apply : { ...objects.find((one) => JSON.stringify(one['metadata']) === JSON.stringify(event.delete['metadata'])) });
    expect('delete' in event).toBe(change.now === undefined);
    expect([read.of, 'key' in read ? read.key : 'id' in read ? read.id : '']).toEqual([change.of, 'key' in change ? change.key : 'id' in change ? change.id : '']);
    if (change.now !== undefined) expect(read.now).toEqual(change.now);
  }
});

it('they are of every kind, and the same for the same seed', () => {
  const kinds = new Set(events.map((event) => ('apply' in event ? `apply ${String(event.apply['kind'])}` : `delete ${String(event.delete['kind'])}`)));
  expect([...kinds].sort()).toEqual(['apply Namespace', 'apply NetworkPolicy', 'apply Pod', 'delete NetworkPolicy', 'delete Pod']);
  expect(JSON.stringify([...churnEvents(objects, 2, 2000)]) === JSON.stringify(events)).toBe(true);
  expect(JSON.stringify([...churnEvents(objects, 3, 2000)]) === JSON.stringify(events)).toBe(false);
});
