/** Laws of attributes: what is written is read again, and no bytes can do harm. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messagesIn } from '../message.ts';
import { expression, type Expression } from '../nf-tables/expression.ts';
import { chain, elements, rule, set } from '../nf-tables/objects.ts';
import { attributes, bytes, type Codec, field, flag, listOf, MalformedError, s32be, text, u16, u16be, u32, u32be, u64be, u8 } from './codec.ts';
import { Writer } from './writer.ts';

const everything = attributes({
  byte: field(1, u8),
  short: field(2, u16),
  shortBe: field(3, u16be),
  word: field(4, u32),
  wordBe: field(5, u32be),
  signed: field(6, s32be),
  long: field(7, u64be),
  name: field(8, text),
  blob: field(9, bytes),
  there: field(10, flag),
  items: field(11, listOf(1, attributes({ word: field(1, u32), name: field(2, text) }))),
});

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const name = fc.string({ maxLength: 20 }).map((one) => one.replaceAll('\0', ''));
const blob = fc.uint8Array({ maxLength: 40 }).map((one) => Buffer.from(one));

const values = fc.record(
  {
    byte: fc.integer({ min: 0, max: 255 }),
    short: fc.integer({ min: 0, max: 0xffff }),
    shortBe: fc.integer({ min: 0, max: 0xffff }),
    word,
    wordBe: word,
    signed: fc.integer(),
    long: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    name,
    blob,
    there: fc.constant(true as const),
    items: fc.array(fc.record({ word, name }, { requiredKeys: [] }), { maxLength: 5 }),
  },
  { requiredKeys: [] },
);

const again = <T>(codec: Codec<T>, value: T): T => {
  // Room for next to nothing, so that it grows in the middle of things.
  const writer = new Writer(4);
  codec.write(writer, value);
  const written = writer.bytes();
  return codec.read(written, 0, written.length);
};

const data = fc.oneof(fc.record({ value: blob }), fc.record({ verdict: fc.oneof(fc.record({ code: fc.constantFrom(0, 1, -1, -2, -5) }), fc.record({ code: fc.constantFrom(-3, -4), chain: name })) }));
const expressions: fc.Arbitrary<Expression> = fc.oneof(
  fc.record({ name: fc.constant('meta' as const), values: fc.record({ key: word, dreg: word }) }),
  fc.record({ name: fc.constant('payload' as const), values: fc.record({ base: word, offset: word, length: word, dreg: word }) }),
  fc.record({ name: fc.constant('lookup' as const), values: fc.record({ set: name, sreg: word, dreg: word }, { requiredKeys: ['set'] }) }),
  fc.record({ name: fc.constant('immediate' as const), values: fc.record({ dreg: word, data }) }),
  fc.record({ name: fc.constant('notrack' as const), values: fc.constant({}) }),
  fc.record({ name: fc.constant('unknown' as const), called: fc.constantFrom('flow_offload', 'quota'), bytes: blob }),
);

describe('attributes', () => {
  it('are read as they were written', () => fc.assert(fc.property(values, (value) => void expect(again(everything, value)).toEqual(value)), { numRuns: 2000 }));

  it('of nf_tables are read as they were written', () => {
    fc.assert(
      fc.property(expressions, fc.array(expressions, { maxLength: 4 }), fc.array(fc.record({ key: data, data, flags: word, keyEnd: data }, { requiredKeys: ['key'] }), { maxLength: 4 }), name, (one, list, some, called) => {
        expect(again(expression, one)).toEqual(one);
        expect(again(rule, { table: called, chain: called, expressions: list })).toEqual({ table: called, chain: called, expressions: list });
        expect(again(elements, { table: called, set: called, elements: some })).toEqual({ table: called, set: called, elements: some });
      }),
      { numRuns: 1000 },
    );
  });

  it('that a schema does not know are left out, and hurt nobody', () => {
    const [known, more] = [attributes({ name: field(8, text) }), again<unknown>(everything as Codec<unknown>, { name: 'x', long: 5n })];
    const writer = new Writer();
    everything.write(writer, more as Parameters<typeof everything.write>[1]);
    expect(known.read(writer.bytes(), 0, writer.length)).toEqual({ name: 'x' });
  });

  it('of somebody who means harm are refused, and never read past their end', () => {
    let refused = 0;
    const hostile = fc.oneof(blob, fc.array(fc.constantFrom(0, 1, 2, 4, 5, 8, 12, 0x80, 0xff), { maxLength: 60 }).map((list) => Buffer.from(list)));
    fc.assert(
      fc.property(hostile, (sent) => {
        // Whatever stands behind it is not its own.
        const buffer = Buffer.concat([sent, Buffer.alloc(64, 0xee)]);
        for (const codec of [everything, rule, chain, set, elements, expression] as Codec<unknown>[])
          try {
            expect(JSON.stringify(codec.read(buffer, 0, sent.length), (_, one: unknown) => (typeof one === 'bigint' ? `${one}` : one))).not.toContain('238,238');
          } catch (error) {
            refused++;
            expect(error).toBeInstanceOf(MalformedError);
          }
        try {
          for (const { start, end } of messagesIn(sent)) expect(end).toBeGreaterThanOrEqual(start);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
