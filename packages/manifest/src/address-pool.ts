/**
 * Addresses for those who have none, chosen by a hash of their name: another file with other names shifts nobody (but for the rare
 * two that hash to the same place, where the first by name stays).
 *
 * @module
 */
import { sha256Hex } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';

/** Hosts 256..65279 of a /16 and of the matching /64: the ends are left to gateways. */
const firstHost = 256;
const hosts = 65_024;

export interface PoolBase {
  readonly v4: number;
  readonly v6: bigint;
}

/** 10.244.0.0/16 and fd00:10:244::/64. */
export const workloadPool: PoolBase = { v4: 0x0af4_0000, v6: 0xfd00_0010_0244n << 80n };
/** 172.29.0.0/16 and fd29::/64. */
export const nodePool: PoolBase = { v4: 0xac1d_0000, v6: 0xfd29n << 112n };

/** `taken` grows by what is given away. Undefined: the pool is full. */
export const assignAddresses = ({ v4, v6 }: PoolBase, name: string, taken: Set<Address>): readonly [Address, Address] | undefined => {
  const start = Number.parseInt(sha256Hex(name).slice(0, 12), 16) % hosts;
  for (let probe = 0; probe < hosts; probe++) {
    const host = firstHost + ((start + probe) % hosts);
    const pair = [ipv4(v4 + host), ipv6(v6 + BigInt(host))] as const;
    if (pair.some((address) => taken.has(address))) continue;
    for (const address of pair) taken.add(address);
    return pair;
  }
  return undefined;
};
