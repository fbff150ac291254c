/**
 * `{cidr, except}`: the ipBlock of NetworkPolicy and the cidr of our own kinds.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { type Cidr, cidrRange, familyOf, formatCidr, isIpv4Mapped, parseCidr, rangeContains } from '@firsthop/netaddr';
import { policyLimits } from './limits.ts';
import { describe, errorsOf, isAbsent, type Path, type Read, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';

export const readCidr = (raw: unknown, path: Path): Read<Cidr> => {
  if (isAbsent(raw)) return refuse('REQUIRED', path, 'a CIDR such as 10.0.0.0/8 is expected here');
  const cidr = typeof raw === 'string' ? parseCidr(raw) : undefined;
  if (cidr?.ok) return isIpv4Mapped(cidr.value.base) ? refuse('CIDR_INVALID', path, `${describe(raw)} is an IPv4 block inside of IPv6: write it as IPv4`) : ok(cidr.value);
  return refuse('CIDR_INVALID', path, cidr === undefined ? `${describe(raw)} is not a CIDR such as 10.0.0.0/8 or fd00::/64` : cidr.error);
};

/** The Kubernetes API asks for a true part of the block: an exception outside of it would be a misunderstanding of its author. */
const readExcept = (raw: unknown, path: Path, block: Cidr): Read<Cidr> => {
  const except = readCidr(raw, path);
  if (!except.ok) return except;
  const inside = familyOf(except.value.base) === familyOf(block.base) && except.value.length > block.length && rangeContains(cidrRange(block), except.value.base);
  return inside ? except : refuse('CIDR_INVALID', path, `${formatCidr(except.value)} is not a smaller part of ${formatCidr(block)}`);
};

export const readCidrPeer = (raw: unknown, path: Path): Read<Peer> => {
  const object = readObject(raw, path, '{cidr, except}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['cidr', 'except'], path);
  const cidr = readCidr(object.value.get('cidr'), [...path, 'cidr']);
  if (!cidr.ok) return fail([...unknown, ...cidr.error]);
  const items = readList(object.value.get('except'), [...path, 'except'], policyLimits.exceptPerCidr);
  const except = items.ok ? readItems(items.value, [...path, 'except'], (item, at) => readExcept(item, at, cidr.value)) : items;
  if (unknown.length > 0 || !except.ok) return fail([...unknown, ...errorsOf(except)]);
  return ok({ kind: 'cidr', cidr: cidr.value, except: except.value });
};
