import { expect, it } from 'vitest';
import { guestOrder } from './guest-order.ts';

it.each([
  { name: 'options of the command are the command’s', args: ['vitest', 'run', '--project', 'kernel'], order: { secondsAtMost: 3600, words: ['vitest', 'run', '--project', 'kernel'] } },
  { name: 'even where they are called as ours', args: ['--seconds', '5', 'sleep', '--seconds', '9', '--together'], order: { secondsAtMost: 5, isTogether: false, words: ['sleep', '--seconds', '9', '--together'] } },
  { name: 'two dashes end ours, and are not handed on', args: ['--share', '/s', '--together', '--', 'node', '--', 'x'], order: { share: '/s', isTogether: true, words: ['node', '--', 'x'] } },
])('$name', ({ args, order }) => {
  expect(guestOrder(args)).toMatchObject(order);
});

it.each([{ args: [] }, { args: ['--seconds', '5'] }, { args: ['--second', '5', 'true'] }, { args: ['--seconds', 'soon', 'true'] }])('$args is refused', ({ args }) => {
  expect(() => guestOrder(args)).toThrow();
});
