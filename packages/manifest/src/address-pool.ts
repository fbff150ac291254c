/**
 * Addresses for those who have none, chosen by a hash of their name: another file with other names shifts nobody (but for the rare
 * two that hash to the same place, where the first by name stays).
 *
 * @module
 */
import { sha256Hex } from '@firsthop/base';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';

/** The first 256 and the last hosts of each prefix are left to gateways. */
const firstHost = 256;
/** Places that are tried in one pool. A full pool must not cost a walk around it for each of those who come after. */
const probes = 256;

interface PoolPart {
  readonly v4: number;
  readonly v6: bigint;
  readonly hosts: number;
}

/** Each part is for those who find no place in the one before. */
export type Pool = readonly PoolPart[];

/** 10.244.0.0/16 and fd00:10:244::/64; more than fit there go on in 100.64.0.0/10 and fd00:100:64::/64. */
export const workloadPool: Pool = [
  { v4: 0x0af4_0000, v6: 0xfd00_0010_0244n << 80n, hosts: 65_024 },
  { v4: 0x6440_0000, v6: 0xfd00_0100_0064n << 80n, hosts: 4_193_792 },
];
/** 172.29.0.0/16 and fd29::/64. */
export const nodePool: Pool = [{ v4: 0xac1d_0000, v6: 0xfd29n << 112n, hosts: 65_024 }];

/** `taken` grows by what is given away. Undefined: the pool is full. */
export const assignAddresses = (pool: Pool, name: string, taken: Set<Address>): readonly [Address, Address] | undefined => {
  const hash = Number.parseInt(sha256Hex(name).slice(0, 12), 16);
  for (const { v4, v6, hosts } of pool) {
    for (let probe = 0; probe < probes; probe++) {
      const host = firstHost + ((hash + probe) % hosts);
      const first = ipv4(v4 + host);
      if (taken.has(first)) continue;
      const second = ipv6(v6 + BigInt(host));
      if (taken.has(second)) continue;
      taken.add(first).add(second);
      return [first, second];
    }
  }
  return undefined;
};
