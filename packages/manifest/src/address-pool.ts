/**
 * Addresses for what declares none: taken from a hash of the name, so that another file does not shift them. Where two
 * hashes meet, the later name in order moves on.
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import { type Address, ipv4, ipv6, parseAddress } from '@firsthop/netaddr';

export interface Pool {
  /** First IPv4 address and number of usable ones after it. */
  readonly v4: string;
  readonly v6: string;
  readonly size: number;
}

export const podPool: Pool = { v4: '10.244.0.0', v6: 'fd00:10:244::', size: 65_534 };
export const nodePool: Pool = { v4: '172.29.0.0', v6: 'fd29::', size: 65_534 };

const base = (text: string): bigint => {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return BigInt(parsed.value);
};

/** One address of each family for every name; `taken` are in use already. */
export const assignAddresses = (pool: Pool, names: readonly string[], taken: ReadonlySet<Address>): Map<string, Address[]> => {
  const used = new Set<number>([...taken].flatMap((address) => offsetIn(pool, address)));
  const assigned = new Map<string, Address[]>();
  for (const name of [...names].sort()) {
    let offset = 1 + (Number.parseInt(contentId(name).slice(0, 8), 16) % pool.size);
    for (let tries = 0; used.has(offset) && tries < pool.size; tries++) offset = 1 + (offset % pool.size);
    used.add(offset);
    assigned.set(name, [ipv4(Number(base(pool.v4)) + offset), ipv6(base(pool.v6) + BigInt(offset))]);
  }
  return assigned;
};

const offsetIn = (pool: Pool, address: Address): number[] => {
  const offset = BigInt(address) - base(typeof address === 'number' ? pool.v4 : pool.v6);
  return offset >= 0n && offset <= BigInt(pool.size) ? [Number(offset)] : [];
};
