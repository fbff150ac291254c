/**
 * Blocks with holes, as our own kinds write them: a hole is a true part of its block.
 *
 * @module
 */
import { type Address, type Cidr, cidrRange, familyOf, formatCidr, isIpv4Mapped, parseAddress, parseCidr, rangeContains, widthOf } from '@firsthop/netaddr';
import { describe, type Notebook, type Path } from './notebook.ts';
import type { Plain } from './translation.ts';

export interface Block {
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
}

const contains = (outer: Cidr, inner: Cidr): boolean => familyOf(outer.base) === familyOf(inner.base) && outer.length <= inner.length && rangeContains(cidrRange(outer), inner.base);

const whole = (text: string): Cidr => {
  const cidr = parseCidr(text);
  if (!cidr.ok) throw new Error(cidr.error);
  return cidr.value;
};

export const everyAddress: readonly Block[] = [{ cidr: whole('0.0.0.0/0'), except: [] }, { cidr: whole('::/0'), except: [] }];
export const familyBlock = (family: 4 | 6): Block => ({ cidr: whole(family === 4 ? '0.0.0.0/0' : '::/0'), except: [] });

const hostCidr = (base: Address): Cidr => ({ base, length: widthOf(base) });

/** A CIDR, or an address that stands for itself. */
export const readBlock = (raw: unknown, path: Path, book: Notebook): Cidr | undefined => {
  const address = typeof raw === 'string' && !raw.includes('/') ? parseAddress(raw) : undefined;
  const cidr = address?.ok === true ? hostCidr(address.value) : typeof raw === 'string' ? parseCidr(raw) : undefined;
  const value = cidr === undefined ? undefined : 'base' in cidr ? cidr : cidr.ok ? cidr.value : undefined;
  if (value === undefined) return book.error('CIDR_INVALID', path, `${describe(raw)} is not a CIDR such as 10.0.0.0/8 or fd00::/64`);
  return isIpv4Mapped(value.base) ? book.error('CIDR_INVALID', path, `${describe(raw)} is an IPv4 block inside of IPv6: write it as IPv4`) : value;
};

/** Nothing is left where a hole holds the whole block. */
export const without = ({ cidr, except }: Block, holes: readonly Cidr[]): readonly Block[] => {
  if (holes.some((hole) => contains(hole, cidr))) return [];
  return [{ cidr, except: [...except, ...holes.filter((hole) => contains(cidr, hole))] }];
};

/** What is in both: of two prefixes one holds the other, or they do not meet. */
export const intersect = (a: Block, b: Block): readonly Block[] => {
  const inner = contains(a.cidr, b.cidr) ? b.cidr : contains(b.cidr, a.cidr) ? a.cidr : undefined;
  return inner === undefined ? [] : without({ cidr: inner, except: [] }, [...a.except, ...b.except]);
};

export const writeBlock = ({ cidr, except }: Block): Plain => ({ cidr: { cidr: formatCidr(cidr), ...(except.length === 0 ? {} : { except: [...new Set(except.map(formatCidr))] }) } });
