import { expect, it } from 'vitest';
import { nextNumbering, numberOf, type Numbering } from './numbering.ts';

const was: Numbering = { term: 4, epoch: 1, contents: [{ number: 1, content: 'a' }, { number: 2, content: 'b' }, { number: 3, content: 'a' }] };
const holder = { term: 4, epoch: 0, content: 'a', mayReturn: true };

it.each([
  { name: 'the first content', from: undefined, by: { ...holder, term: 0 }, next: { term: 0, epoch: 0, contents: [{ number: 1, content: 'a' }] } },
  { name: 'nothing new', from: was, by: holder, next: undefined },
  { name: 'another lease', from: was, by: { ...holder, term: 5 }, next: { ...was, term: 5 } },
  { name: 'an earlier lease, whatever it has', from: was, by: { ...holder, term: 3, content: 'c', epoch: 9 }, next: 'deposed' },
  { name: 'another epoch', from: was, by: { ...holder, epoch: 2 }, next: { ...was, epoch: 2 } },
  { name: 'a lower epoch', from: was, by: holder, next: undefined },
  { name: 'a content that was there, seen by who may lag', from: was, by: { ...holder, content: 'b', mayReturn: false }, next: undefined },
  { name: 'a content that was never there, seen by who may lag', from: was, by: { ...holder, content: 'c', mayReturn: false }, next: { ...was, contents: [...was.contents, { number: 4, content: 'c' }] } },
  { name: 'a holder that has seen nothing', from: was, by: { ...holder, content: undefined }, next: undefined },
])('$name', ({ from, by, next }) => expect(nextNumbering(from, by)).toEqual(next));

it('the last 64 are remembered, and each content has its newest number', () => {
  let numbering: Numbering | undefined;
  for (let i = 0; i < 100; i++) {
    const next = nextNumbering(numbering, { ...holder, content: `content ${i}` });
    if (typeof next === 'object') numbering = next;
  }
  expect([numbering?.contents.length, numberOf(numbering, 'content 99'), numberOf(numbering, 'content 36'), numberOf(numbering, 'content 35')]).toEqual([64, 100, 37, undefined]);
  expect(numberOf(was, 'a')).toBe(3);
});
