/** Law of elements of addresses: whoever asks in text finds a map like any other, and what differs between two is what differs between maps. */
import { type Address, type Family, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffElements } from '../diff-elements.ts';
import { AddressElements } from './address-elements.ts';
import { type Elements, elementsOf, layered, ownElements } from './elements.ts';

const addresses = (family: Family): fc.Arbitrary<Address> => (family === 4 ? fc.integer({ min: 0x0a00_0000, max: 0x0a00_0020 }).map(ipv4) : fc.bigInt({ min: 0n, max: 32n }).map((low) => ipv6((0xfd00n << 112n) | low)));
const value = fc.constantFrom('', '0.0.0.1', 'goto w_1', 'goto w_2');
type Entry = readonly [Address, string];
const entries = (family: Family): fc.Arbitrary<readonly Entry[]> => fc.array(fc.tuple(addresses(family), value), { maxLength: 40 });

const mapOf = (some: readonly Entry[]): Map<string, string> => new Map(some.map(([address, text]) => [formatAddress(address), text]));
const packed = (family: Family, some: readonly Entry[]): AddressElements => {
  const made = new AddressElements(family);
  for (const [address, text] of some) made.put(address, text);
  return made;
};
const told = (elements: Elements): unknown => ({ size: elements.size, entries: [...elements].sort(), keys: [...elements.keys()].sort(), values: [...elements.values()].sort() });
const difference = (was: Elements | undefined, now: Elements): unknown => {
  const { gone, come } = diffElements(was, now);
  return { gone: [...gone].sort(), come: [...come].sort() };
};

/** `differs`: what is asked of both. */
const expectSame = (differs: typeof difference): void =>
  fc.assert(
    fc.property(fc.constantFrom<Family>(4, 6).chain((family) => fc.tuple(fc.constant(family), entries(family), entries(family))), ([family, was, now]) => {
      const forms = [
        { was: packed(family, was), now: packed(family, now) },
        { was: mapOf(was), now: packed(family, now) },
        { was: packed(family, was), now: mapOf(now) },
      ];
      for (const form of forms) {
        expect(differs(form.was, form.now)).toEqual(difference(mapOf(was), mapOf(now)));
        expect(told(layered(form.was, form.now))).toEqual(told(new Map([...mapOf(was), ...mapOf(now)])));
      }
      expect(difference(undefined, packed(family, now))).toEqual(difference(undefined, mapOf(now)));
    }),
    { numRuns: 300 },
  );

describe('elements of addresses', () => {
  it('are the map of their texts, and so is a copy after the other was changed', () => {
    fc.assert(
      fc.property(fc.constantFrom<Family>(4, 6).chain((family) => fc.tuple(fc.constant(family), entries(family), entries(family), fc.array(addresses(family)))), ([family, some, more, gone]) => {
        const [elements, model] = [packed(family, some), mapOf(some)];
        const [copy, before] = [ownElements(elements), told(model)];
        for (const [address, text] of more) {
          elements.set(formatAddress(address), text);
          model.set(formatAddress(address), text);
        }
        for (const address of gone) expect(elements.delete(formatAddress(address))).toBe(model.delete(formatAddress(address)));
        expect(told(elements)).toEqual(told(model));
        for (const [address] of [...some, ...more]) expect([elements.get(formatAddress(address)), elements.has(formatAddress(address))]).toEqual([model.get(formatAddress(address)), model.has(formatAddress(address))]);
        expect(told(copy)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('differ as maps of texts do, whichever of the two is one', () => expectSame(difference));

  it.each([
    { name: 'overlooks what has another value', broken: (was: Elements | undefined, now: Elements) => difference(was, new Map([...now].map(([key, text]) => [key, was?.has(key) === true ? (was.get(key) ?? '') : text]))) },
    { name: 'overlooks what is gone', broken: (was: Elements | undefined, now: Elements) => difference(new Map([...(was ?? [])].filter(([key]) => now.has(key))), now) },
  ])('one that $name is found out', ({ broken }) => expect(() => expectSame(broken)).toThrow('Property failed'));

  it.each([
    { name: 'addresses of a map', type: 'ipv4_addr : verdict', interval: false, key: '10.0.0.1', isPacked: true },
    { name: 'addresses of a set', type: 'ipv6_addr', interval: false, key: 'fd00::1', isPacked: true },
    { name: 'ranges', type: 'ipv4_addr', interval: true, key: '10.0.0.1', isPacked: false },
    { name: 'pairs', type: 'ipv4_addr . ipv4_addr', interval: false, key: '10.0.0.1 . 10.0.0.1', isPacked: false },
    { name: 'what a stranger wrote', type: 'ipv4_addr', interval: false, key: '10.0.0.1 counter', isPacked: false },
  ])('hold $name as numbers: $isPacked, and lose none', ({ type, interval, key, isPacked }) => {
    const elements = elementsOf(type, interval, [[key, 'accept'], ...(isPacked ? [] : [['10.0.0.2', 'drop'] as const])]);
    expect(elements instanceof AddressElements).toBe(isPacked);
    expect(new Map(elements)).toEqual(new Map([[key, 'accept'], ...(isPacked ? [] : [['10.0.0.2', 'drop'] as const])]));
  });

  it('take no address of the other family, and no text that is none', () => {
    const four = new AddressElements(4);
    expect(() => four.put(ipv6(1n), '')).toThrow('is no address of IPv4');
    expect(() => four.set('fd00::1', '')).toThrow('is no address of IPv4');
    expect([four.get('10.0.0.0/8'), four.has('web'), four.delete('fd00::1'), four.size]).toEqual([undefined, false, false, 0]);
  });
});
