/**
 * Numbers of four bytes for what is named by its content, so that a number means the same as long as it means anything: in every transaction,
 * and to an agent that starts.
 *
 * They are typed as IPv4 addresses in the kernel, the only type of four bytes that nft keeps in network order in every kind of set.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { formatAddress, ipv4 } from '@firsthop/netaddr';

/** Means nothing in particular: no profile, no row. */
export const NOTHING = 0;

/** Two names in four thousand million may fall on one number; then the later one, in the order of names, takes the next. */
export const numbersOf = (names: Iterable<string>): ReadonlyMap<string, number> => {
  const taken = new Set([NOTHING]);
  return new Map([...new Set(names)].sort().map((name): [string, number] => {
    let number = Number.parseInt(contentId(name).slice(0, 8), 16);
    while (taken.has(number)) number = (number + 1) % 2 ** 32;
    taken.add(number);
    return [name, number];
  }));
};

/** As nft writes it. */
export const numberText = (number: number): string => formatAddress(ipv4(number));
