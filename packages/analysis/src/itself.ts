import type { Workload } from '@firsthop/inventory';
import type { Side } from '@firsthop/policy';

/** Whether that side of a probe is the workload itself. */
export const isItself = ({ id, endpoints }: Workload, { address, workload: named }: Side): boolean => (named === undefined ? endpoints.some(({ addresses }) => addresses.includes(address)) : named === id);
