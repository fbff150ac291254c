import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';

/** Who has an address, host-network pods among them; nobody twice. */
export const holdersOf = (workloads: Iterable<Workload>): Map<Address, Workload[]> => {
  const holders = new Map<Address, Workload[]>();
  for (const workload of workloads)
    for (const { addresses } of workload.endpoints)
      for (const address of addresses) {
        const there = holders.get(address);
        if (there === undefined) holders.set(address, [workload]);
        else if (there.at(-1) !== workload) there.push(workload);
      }
  return holders;
};
