/**
 * A set or map as the kernel wants it declared. Types of keys are nft's own numbers, which the kernel keeps for it.
 *
 * @module
 */
import { type Batch, setFlag } from '@firsthop/netlink';
import { TABLE } from '@firsthop/ruleset';

type Declaration = Parameters<Batch['addSet']>[0];

/** nft's number of each type, and its bytes in a key. */
const types: ReadonlyMap<string, readonly [number: number, length: number]> = new Map([
  ['ipv4_addr', [7, 4]],
  ['ipv6_addr', [8, 16]],
  ['ether_addr', [9, 6]],
  ['inet_proto', [12, 1]],
  ['inet_service', [13, 2]],
  ['ifname', [41, 16]],
]);
const verdictType = 0xffff_ff00;
const typeBits = 6;
const aligned = (length: number): number => Math.ceil(length / 4) * 4;

interface Key {
  readonly type: number;
  readonly lengths: readonly number[];
}

const keyOf = (names: string): Key | undefined => {
  const parts = names.split(' . ').map((name) => types.get(name));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return { type: parts.reduce((sum, [number]) => (sum << typeBits) | number, 0), lengths: parts.map(([, length]) => length) };
};

const totalLength = ({ lengths: [first = 0, ...more] }: Key): number => (more.length === 0 ? first : [first, ...more].reduce((sum, length) => sum + aligned(length), 0));

const mappedTo = (name: string | undefined): Pick<Declaration, 'dataType' | 'dataLength'> | undefined => {
  if (name === undefined) return {};
  if (name === 'verdict') return { dataType: verdictType, dataLength: 16 };
  const [number, length] = types.get(name) ?? [];
  return number === undefined || length === undefined ? undefined : { dataType: number, dataLength: length };
};

export interface SetWish {
  readonly name: string;
  /** As nft writes it: `ifname . ipv4_addr : verdict`. */
  readonly type: string;
  readonly isInterval: boolean;
  readonly isCounted: boolean;
  /** At most so many elements; undefined: as many as come. */
  readonly size?: number | undefined;
}

/** `id`: another one for each set of a batch. Undefined: a type that is not known here. */
export const setDeclaration = ({ name, type, isInterval, isCounted, size }: SetWish, id: number): Declaration | undefined => {
  const [keys = '', values] = type.split(' : ');
  const [key, data] = [keyOf(keys), mappedTo(values)];
  if (key === undefined || data === undefined) return undefined;
  const isConcatenation = key.lengths.length > 1;
  const flags = (values === undefined ? 0 : setFlag.map) | (isInterval ? setFlag.interval : 0) | (isInterval && isConcatenation ? setFlag.concatenated : 0);
  return {
    table: TABLE,
    name,
    id,
    ...(flags === 0 ? {} : { flags }),
    keyType: key.type >>> 0,
    keyLength: totalLength(key),
    ...data,
    ...(size === undefined && !(isInterval && isConcatenation) ? {} : { description: { ...(size === undefined ? {} : { size }), ...(isInterval && isConcatenation ? { fields: key.lengths.map((length) => ({ length })) } : {}) } }),
    ...(isCounted ? { expression: { name: 'counter' as const, values: {} } } : {}),
  };
};

const namesOf = new Map([...types].map(([name, [number]]) => [number, name]));

/** The parts of a key's type, from the last one back. */
const partsOf = (type: number): string[] => {
  const parts: string[] = [];
  for (let rest = type; rest > 0; rest = Math.floor(rest / 2 ** typeBits)) parts.unshift(namesOf.get(rest % 2 ** typeBits) ?? 'unknown');
  return parts;
};

/** As nft writes the type of a set that the kernel has. */
export const typeText = ({ keyType = 0, dataType }: Pick<Declaration, 'keyType' | 'dataType'>): string => `${partsOf(keyType).join(' . ')}${dataType === undefined ? '' : ` : ${dataType === verdictType ? 'verdict' : (namesOf.get(dataType) ?? 'unknown')}`}`;
