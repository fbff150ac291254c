/**
 * What is enforced where there is no plan to enforce: what the kernel still holds from the last one; and where it holds nothing, as after a
 * reboot, a plan of nothing, by which the interfaces that the operator declared ours are closed.
 *
 * @module
 */
import { emptyPlan, type NodePlan } from '@firsthop/plan';
import type { NftState } from '@firsthop/ruleset';

/** Undefined: the kernel is to keep what it holds. */
export const planWithoutPlan = (node: string, kernel: NftState): NodePlan | undefined => (kernel.get('inet')?.chains.has('h_fwd') === true ? undefined : emptyPlan(node));
