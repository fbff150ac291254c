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

/** What something is called by all that it does. */
export type Name = string;

/** Means nothing: it is nobody's. */
const NOTHING = 0;

/** Two names in four thousand million may fall on one number; then the later one, in the order of names, takes the next. */
export const numbersOf = (names: Iterable<Name>): ReadonlyMap<Name, number> => {
  const taken = new Set([NOTHING]);
  return new Map([...new Set(names)].sort().map((name): [Name, number] => {
    let number = Number.parseInt(contentId(name).slice(0, 8), 16);
    while (taken.has(number)) number = (number + 1) % 2 ** 32;
    taken.add(number);
    return [name, number];
  }));
};

/** Of what has one, or a fault of ours. */
export const numberOf = (numbers: ReadonlyMap<Name, number>, name: Name): number => {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`"${name}" has no number`);
  return number;
};

/** As a part of a key. */
export const numberText = (number: number): string => formatAddress(ipv4(number));

/** As a part of a name: 8 hex digits. */
export const numberName = (number: number): string => number.toString(16).padStart(8, '0');

/**
 * What has a number: a group's side has a chain (`g`) and a map of profiles to rows (`p`); a row has a chain (`w`). Its sets have it too, each with
 * an answer behind it (`cellSetName`).
 */
type Numbered = 'g' | 'p' | 'w';

export const numbered = (what: Numbered, number: number): string => `${what}_${numberName(number)}`;
/** The number of a name, from `goto g_0000002a` or `p_0000002a`; undefined: it is another kind of name. */
export const numberIn = (what: Numbered, text: string): number | undefined => {
  const [, kind, digits] = /^(?:goto )?([gpw])_([\da-f]{8})$/.exec(text) ?? [];
  return kind === what && digits !== undefined ? Number.parseInt(digits, 16) : undefined;
};

/** A map or set that comes and goes as a whole, but for a group's rows, which change with whole policies. */
export const isNumberedMap = (name: string): boolean => /^(?:p_[\da-f]{8}|[csi]_[\da-f]{8}_[a-z]+)$/.test(name);
