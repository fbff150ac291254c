/**
 * Ranges of addresses as nft writes them.
 *
 * @module
 */
import { type AddressRange, cidrRange, formatAddress, formatCidr, parseAddress, parseCidr, rangeCidrs } from '@firsthop/netaddr';

/** As nft prints it: a prefix where it is one, a bare address where that is all. */
export const formatRange = (range: AddressRange): string => {
  if (range.first === range.last) return formatAddress(range.first);
  const [cidr, ...more] = rangeCidrs(range);
  return cidr !== undefined && more.length === 0 ? formatCidr(cidr) : `${formatAddress(range.first)}-${formatAddress(range.last)}`;
};

/** Undefined: it is no range. */
export const parseRange = (text: string): AddressRange | undefined => {
  if (text.includes('/')) {
    const cidr = parseCidr(text);
    return cidr.ok ? cidrRange(cidr.value) : undefined;
  }
  const [first, last] = text.split('-').map((part) => parseAddress(part));
  if (first?.ok !== true) return undefined;
  return { first: first.value, last: last?.ok === true ? last.value : first.value };
};
