/**
 * Unknown values of Kubernetes objects, read with faults noted on the side. Fields that are not looked for are not faults here:
 * these kinds are Kubernetes' own, and grow.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { type Address, type Cidr, isIpv4Mapped, parseAddress, parseCidr } from '@firsthop/netaddr';
import { fault, type Fault, type Path } from './fault.ts';

export type Foreign = ReadonlyMap<string, unknown>;

const mapped = 'an IPv4 address inside of IPv6: write it as IPv4';
const none: Foreign = new Map();

export const isAbsent = (raw: unknown): boolean => raw === undefined || raw === null;

export class Reader {
  readonly faults: Fault[] = [];
  /** Errors that do not take the object away. */
  readonly tolerated: Fault[] = [];
  /** What does not spoil the object. */
  readonly warnings: Fault[] = [];

  add(code: Fault['code'], path: Path, message: string): undefined {
    this.faults.push(fault(code, path, message));
  }

  take<T>(read: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: readonly Fault[] }): T | undefined {
    if (read.ok) return read.value;
    this.faults.push(...read.error);
    return undefined;
  }

  object(raw: unknown, path: Path): Foreign {
    if (isAbsent(raw)) return none;
    const record = readRecord(raw);
    if (record === undefined) this.add('TYPE', path, 'an object is expected here');
    return record ?? none;
  }

  list(raw: unknown, path: Path): readonly unknown[] {
    if (isAbsent(raw)) return [];
    if (Array.isArray(raw)) return raw;
    this.add('TYPE', path, 'a list is expected here');
    return [];
  }

  text(raw: unknown, path: Path): string | undefined {
    if (isAbsent(raw) || raw === '') return undefined;
    if (typeof raw === 'string' && raw.length <= 253) return raw;
    return this.add(typeof raw === 'string' ? 'TOO_LARGE' : 'TYPE', path, 'a text of at most 253 characters is expected here');
  }

  integer(raw: unknown, path: Path, [first, last]: readonly [number, number]): number | undefined {
    if (typeof raw === 'number' && Number.isInteger(raw) && raw >= first && raw <= last) return raw;
    return this.add(isAbsent(raw) ? 'REQUIRED' : 'PORT_INVALID', path, `a whole number ${first}..${last} is expected here`);
  }

  address(raw: unknown, path: Path): Address | undefined {
    const read = typeof raw === 'string' ? parseAddress(raw) : undefined;
    if (read === undefined || !read.ok) return this.add('CIDR_INVALID', path, read === undefined ? 'an IP address is expected here' : read.error);
    return isIpv4Mapped(read.value) ? this.add('CIDR_INVALID', path, mapped) : read.value;
  }

  cidrs(raw: unknown, path: Path): Cidr[] {
    return this.list(raw, path).flatMap((item, i) => {
      const read = typeof item === 'string' ? parseCidr(item) : undefined;
      if (read?.ok === true && !isIpv4Mapped(read.value.base)) return [read.value];
      this.add('CIDR_INVALID', [...path, i], read === undefined ? 'a CIDR is expected here' : read.ok ? mapped : read.error);
      return [];
    });
  }
}
