/** Law of packed addresses: they are maps and sets like any others, whatever comes and goes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, familyOf, ipv4, ipv6 } from '../address.ts';
import { AddressMap } from './address-map.ts';
import { type Addresses, AddressSet } from './address-set.ts';

/** Few enough that they meet, and both ends of each family. */
const address: fc.Arbitrary<Address> = fc.oneof(
  fc.integer({ min: 0, max: 200 }).map(ipv4),
  fc.integer({ min: 0xffff_ff00, max: 0xffff_ffff }).map(ipv4),
  fc.bigInt({ min: 0n, max: 60n }).map(ipv6),
  fc.bigInt({ min: 0n, max: 60n }).map((low) => ipv6((0xfd00n << 112n) | (low << 64n))),
  fc.constant(ipv6((1n << 128n) - 1n)),
);
const number = fc.constantFrom(0, 1, 77, 0x8000_0000, 0xffff_ffff);
const step = fc.oneof({ weight: 3, arbitrary: fc.record({ address, number }) }, { weight: 2, arbitrary: fc.record({ address, number: fc.constant(undefined) }) });
const steps = fc.array(step, { maxLength: 400, size: 'max' });

const sorted = <T>(entries: Iterable<T>): string[] => [...entries].map((one) => (Array.isArray(one) ? `${typeof one[0]} ${one.join(' ')}` : `${typeof one} ${String(one)}`)).sort();

const expectMap = (make: () => AddressMap, runs = 120): void =>
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const [model, map] = [new Map<Address, number>(), make()];
      const follow = (some: typeof before): void => {
        for (const { address: one, number: value } of some) {
          if (value === undefined) expect(map.delete(one)).toBe(model.delete(one));
          else map.set(one, (model.set(one, value), value));
          expect(map.get(one)).toBe(model.get(one));
        }
      };
      follow(before);
      const [copy, entries] = [AddressMap.from(map), sorted(model)];
      follow(after);
      expect(map.size).toBe(model.size);
      expect(sorted(map)).toEqual(sorted(model));
      expect([sorted(map.keys()), sorted(map.values())]).toEqual([sorted(model.keys()), sorted(model.values())]);
      for (const { address: one } of before) expect([map.has(one), map.get(one)]).toEqual([model.has(one), model.get(one)]);
      // What became of the one is nothing to the other.
      expect(sorted(copy)).toEqual(entries);
    }),
    { numRuns: runs },
  );

/** Keeps everything where it was when something goes. */
class Forgetful extends AddressMap {
  readonly #gone = new Set<Address>();
  override delete(one: Address): boolean {
    const isThere = super.has(one) && !this.#gone.has(one);
    this.#gone.add(one);
    return isThere;
  }
  override get(one: Address): number | undefined {
    return this.#gone.has(one) ? undefined : super.get(one);
  }
}

/** Takes the lower half of an address for all of it. */
class Shortsighted extends AddressMap {
  override get(one: Address): number | undefined {
    return super.get(familyOf(one) === 6 ? ipv6(BigInt.asUintN(64, one as bigint)) : one);
  }
  override set(one: Address, value: number): this {
    return super.set(familyOf(one) === 6 ? ipv6(BigInt.asUintN(64, one as bigint)) : one, value);
  }
}

describe('packed addresses', () => {
  it('are a map', () => expectMap(() => new AddressMap()));

  it.each([
    { name: 'only marks what is gone', make: () => new Forgetful() },
    { name: 'looks at half of an address', make: () => new Shortsighted() },
  ])('but not one that $name', ({ make }) => expect(() => expectMap(make)).toThrow('Property failed'));

  it('are a set, of which each change makes another one', () => {
    const told = (set: Addresses): unknown => [set.size, sorted(set)];
    fc.assert(
      fc.property(fc.array(address, { maxLength: 100 }), fc.array(address), fc.array(address), (first, gone, come) => {
        const before = AddressSet.of(first);
        const after = before.changed(gone, come);
        const model = new Set([...first.filter((one) => !gone.includes(one)), ...come]);
        expect(told(after)).toEqual(told(model));
        expect(told(before)).toEqual(told(new Set(first)));
        for (const one of [...first, ...gone, ...come]) expect(after.has(one)).toBe(model.has(one));
      }),
      { numRuns: 300 },
    );
  });

  it('are as many as one likes, and fill each other in their own order', () => {
    const count = 320_000;
    const one = new AddressMap();
    for (let i = 0; i < count; i++) one.set(ipv4(0x0a00_0000 + i), i);
    const started = performance.now();
    const other = new AddressMap();
    for (const [key, value] of one) other.set(key, value);
    // In heaps, as where all tables have one order, it takes three seconds instead of a tenth of one.
    expect(performance.now() - started).toBeLessThan(1500);
    expect(other.size).toBe(count);
    for (let i = 10; i < count; i++) other.delete(ipv4(0x0a00_0000 + i));
    expect(sorted(other.values())).toHaveLength(10);
  });
});
