/**
 * Values of packet fields and what they are compared with: one value, a range of them, or interface names by prefix.
 *
 * @module
 */
import { type Address, cidrRange, compareAddresses, familyOf, formatAddress, parseAddress, parseCidr } from '@firsthop/netaddr';
import { SyntaxFault } from './tokens.ts';

export type ValueType = 'ifname' | 'ipv4_addr' | 'ipv6_addr' | 'ether_addr' | 'inet_proto' | 'inet_service' | 'number' | 'word' | 'icmpv6_type' | 'tcp_flag' | 'bytes';
export type Value = string | number | bigint;

/** Both ends belong to it. Names sort by nothing: `first` and `last` are then the same. */
export interface Span {
  readonly first: Value;
  readonly last: Value;
  /** `"cali*"`: every interface name that begins so. */
  readonly isPrefix?: boolean;
}

/** One span for each field of a concatenation. */
export type Tuple = readonly Span[];

const NAMED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  inet_proto: { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58, icmpv6: 58, sctp: 132 },
  icmpv6_type: { 'mld-listener-query': 130, 'mld-listener-report': 131, 'mld-listener-done': 132, 'mld2-listener-report': 143, 'nd-router-solicit': 133, 'nd-router-advert': 134, 'nd-neighbor-solicit': 135, 'nd-neighbor-advert': 136, 'nd-redirect': 137 },
  tcp_flag: { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 },
};
const MOST: Readonly<Partial<Record<ValueType, number>>> = { inet_proto: 255, inet_service: 65_535, icmpv6_type: 255, tcp_flag: 255, number: 0xffff_ffff };

const only = (value: Value): Span => ({ first: value, last: value });

const numberOf = (type: ValueType, text: string): number => {
  const value = NAMED[type]?.[text] ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  if (value === undefined || value > (MOST[type] ?? 0)) throw new SyntaxFault(`datatype mismatch, expected ${type}, found "${text}"`);
  return value;
};

const addressOf = (type: ValueType, text: string): Address => {
  const address = parseAddress(text);
  if (!address.ok || familyOf(address.value) !== (type === 'ipv4_addr' ? 4 : 6)) throw new SyntaxFault(`datatype mismatch, expected ${type}, found "${text}"`);
  return address.value;
};

const addressSpan = (type: ValueType, text: string): Span => {
  if (text.includes('/')) {
    const cidr = parseCidr(text);
    if (!cidr.ok || familyOf(cidr.value.base) !== (type === 'ipv4_addr' ? 4 : 6)) throw new SyntaxFault(`datatype mismatch, expected ${type}, found "${text}"`);
    return cidrRange(cidr.value);
  }
  const [first = '', last = first] = text.split('-');
  return ordered({ first: addressOf(type, first), last: addressOf(type, last) });
};

const ordered = (span: Span): Span => {
  const isBackwards = typeof span.first === 'string' ? false : compareAddresses(span.first as Address, span.last as Address) > 0;
  if (isBackwards) throw new SyntaxFault('range has negative size');
  return span;
};

const bytesOf = (text: string): bigint => {
  if (!/^0x[\da-f]{1,32}$/.test(text)) throw new SyntaxFault(`datatype mismatch, expected integer, found "${text}"`);
  return BigInt(text);
};

const nameSpan = (text: string): Span => {
  const name = text.replaceAll('"', '');
  if (name.length > 15) throw new SyntaxFault(`string "${name}" exceeds the length of an interface name`);
  return name.endsWith('*') ? { ...only(name.slice(0, -1)), isPrefix: true } : only(name);
};

/** Reads one element or literal of a type. */
export const readSpan = (type: ValueType, text: string): Span => {
  if (type === 'ifname') return nameSpan(text);
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return addressSpan(type, text);
  if (type === 'ether_addr') {
    if (!/^(?:[\da-f]{2}:){5}[\da-f]{2}$/.test(text)) throw new SyntaxFault(`datatype mismatch, expected ether_addr, found "${text}"`);
    return only(text);
  }
  if (type === 'word') return only(text);
  if (type === 'bytes') return only(bytesOf(text));
  const [first = '', last = first] = NAMED[type]?.[text] === undefined ? text.split('-') : [text];
  return ordered({ first: numberOf(type, first), last: numberOf(type, last) });
};

export const spanHolds = ({ first, last, isPrefix }: Span, value: Value): boolean => {
  if (typeof value === 'string') return isPrefix === true ? value.startsWith(String(first)) : value === first;
  return typeof first === typeof value && isOrdered(first, value) && isOrdered(value, last);
};

const isOrdered = (a: Value, b: Value): boolean => typeof a !== 'string' && typeof b !== 'string' && a <= b;

export const tupleHolds = (tuple: Tuple, values: readonly Value[]): boolean => tuple.every((span, i) => spanHolds(span, values[i] as Value));

const overlaps = (a: Span, b: Span): boolean => (typeof a.first === 'string' ? a.first === b.first : isOrdered(a.first, b.last) && isOrdered(b.first, a.last));

/** Whether some packet would be in both. */
export const tuplesOverlap = (a: Tuple, b: Tuple): boolean => a.every((span, i) => overlaps(span, b[i] as Span));

const printValue = (type: ValueType, value: Value): string => {
  if (type === 'ifname') return `"${value}"`;
  return type === 'ipv4_addr' || type === 'ipv6_addr' ? formatAddress(value as Address) : String(value);
};

/** One text for each tuple: the key under which an element is stored. */
export const tupleKey = (types: readonly ValueType[], tuple: Tuple): string =>
  tuple.map(({ first, last }, i) => (first === last ? printValue(types[i] ?? 'word', first) : `${printValue(types[i] ?? 'word', first)}-${printValue(types[i] ?? 'word', last)}`)).join(' . ');

/** The same key for the values of a packet. */
export const valuesKey = (types: readonly ValueType[], values: readonly Value[]): string => values.map((value, i) => printValue(types[i] ?? 'word', value)).join(' . ');
