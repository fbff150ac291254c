/** Law of elements by the hundred thousand: written as a list and seen one by one, they are what they are as values. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { ElementList, elementList, mostElements } from './element-list.ts';
import { ElementView } from './element-view.ts';
import { elements } from './objects.ts';

type Element = NonNullable<ReturnType<typeof elements.read>['elements']>[number];

const bytes = (most: number) => fc.uint8Array({ minLength: 1, maxLength: most }).map((one) => Buffer.from(one));
const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
const verdict = fc.oneof(fc.record({ code: fc.constantFrom(0, 1, -1, -5) }), fc.record({ code: fc.constantFrom(-3, -4), chain: name }));
const element: fc.Arbitrary<Element> = fc.record(
  { key: bytes(40).map((value) => ({ value })), data: fc.oneof(bytes(16).map((value) => ({ value })), verdict.map((one) => ({ verdict: one }))), flags: fc.constantFrom(1, 2), keyEnd: bytes(40).map((value) => ({ value })) },
  { requiredKeys: ['key'] },
);

const written = (some: readonly Element[]): { readonly list: ElementList; readonly messages: readonly Buffer[] } => {
  const list = new ElementList();
  for (const one of some) list.add(one);
  const messages = list.pieces().map((piece) => {
    const writer = new Writer();
    elementList.write(writer, { table: 't', set: 's', elements: piece });
    return Buffer.from(writer.bytes());
  });
  return { list, messages };
};

/** As `elements` has it. */
const seen = (view: ElementView): Element => {
  const at = ({ start, end }: { readonly start: number; readonly end: number }): { readonly value: Buffer } | undefined => (start < 0 ? undefined : { value: Buffer.from(view.buffer.subarray(start, end)) });
  const [key, data, keyEnd, chain] = [at(view.key), at(view.data), at(view.lastKey), view.chainName()];
  const held = view.code === undefined ? data : { verdict: { code: view.code, ...(chain === '' ? {} : { chain }) } };
  return { ...(key === undefined ? {} : { key }), ...(held === undefined ? {} : { data: held }), ...(view.flags === 0 ? {} : { flags: view.flags }), ...(keyEnd === undefined ? {} : { keyEnd }) };
};

const expectLaw = (look: (message: Buffer) => Element[]): void =>
  fc.assert(
    fc.property(fc.array(element, { maxLength: 40 }), (some) => {
      const { list, messages } = written(some);
      expect(list.count).toBe(some.length);
      expect(messages.flatMap((message) => elements.read(message, 0, message.length).elements ?? [])).toEqual(some);
      expect(messages.flatMap(look)).toEqual(some);
    }),
    { numRuns: 300 },
  );

const look = (message: Buffer): Element[] => {
  const found: Element[] = [];
  new ElementView().each(message, 0, message.length, (view) => void found.push(seen(view)));
  return found;
};

describe('elements', () => {
  it('written as a list are read as values, and seen one by one', () => expectLaw(look));

  it.each([
    { name: 'keeps the views', broken: (message: Buffer) => {
      const views: ElementView[] = [];
      new ElementView().each(message, 0, message.length, (view) => void views.push(view));
      return views.map(seen);
    } },
    { name: 'takes what was there before for what is there', broken: (message: Buffer) => {
      let before: Element = {};
      return look(message).map((one) => (before = { ...before, ...one }));
    } },
  ])('but not by one who $name', ({ broken }) => expect(() => expectLaw(broken)).toThrow('Property failed'));

  it('are as many messages as there must be', () => {
    const some = Array.from({ length: 2 * mostElements + 1 }, (_, i): Element => ({ key: { value: Buffer.from([i >> 8, i & 255]) } }));
    const { messages } = written(some);
    expect(messages.map((message) => look(message).length)).toEqual([mostElements, mostElements, 1]);
    expect(messages.flatMap(look)).toEqual(some);
    expect(written([]).messages).toEqual([]);
  });

  it('of somebody who means harm are refused, or seen within their bytes', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(255), (some, place, value) => {
        const [message = Buffer.alloc(0)] = written(some).messages;
        message[place % message.length] = value;
        try {
          new ElementView().each(message, 0, message.length, (view) => {
            for (const { start, end } of [view.key, view.data, view.lastKey, view.chain]) expect(start < 0 || (start <= end && end <= message.length)).toBe(true);
          });
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
