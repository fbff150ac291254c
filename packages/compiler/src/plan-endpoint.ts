/**
 * Endpoints as plans have them.
 *
 * @module
 */
import type { Endpoint, Workload } from '@firsthop/inventory';
import type { PlanEndpoint } from '@firsthop/plan';

/** Where agents enforce policy: this cluster's pods and machines that have a node and an address of their own. */
export const isEnforced = ({ cluster, kind, node, hostNetwork, endpoints }: Workload, own: string): boolean =>
  cluster === own && kind !== 'host' && node !== undefined && !hostNetwork && endpoints.some(({ addresses }) => addresses.length > 0);

export const planEndpoint = ({ id, addresses, mac, device, allowedAddresses, allowedMacs }: Endpoint, { kind, namespace, name }: Workload, { policyGroup, trialGroup }: Pick<PlanEndpoint, 'policyGroup' | 'trialGroup'>): PlanEndpoint => ({
  id,
  kind,
  workload: `${namespace}/${name}`,
  addresses,
  ...(mac === undefined ? {} : { mac }),
  ...(device === undefined ? {} : { device }),
  allowedAddresses,
  ...(allowedMacs === undefined ? {} : { allowedMacs }),
  policyGroup,
  ...(trialGroup === undefined || trialGroup === policyGroup ? {} : { trialGroup }),
});
