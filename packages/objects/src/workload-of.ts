/**
 * Workloads as facts, of drafts and of nodes.
 *
 * @module
 */
import { endpointId, type Node, type Workload, workloadId } from '@firsthop/inventory';
import type { WorkloadDraft } from './workload-draft.ts';

/** With the node and the addresses that are written, and no others. */
export const workloadOf = ({ uid, owner, serviceAccount, enforcement, interfaces, node, ...rest }: WorkloadDraft): Workload => {
  const id = workloadId(rest.cluster, uid);
  return {
    ...rest,
    id,
    ...(owner === undefined ? {} : { owner }),
    ...(serviceAccount === undefined ? {} : { serviceAccount }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(node === undefined ? {} : { node }),
    endpoints: interfaces.map((one) => ({ ...one, id: endpointId(id, one.interfaceName) })),
  };
};

/** Every node is a workload too: a host, which policies may name. Its uid is one that nobody can write, so it is the node's for ever. */
export const hostOf = ({ cluster, name, labels, addresses }: Node): Workload => {
  const id = workloadId(cluster, `host:${name}`);
  return { id, kind: 'host', cluster, namespace: '', name, labels, node: name, hostNetwork: false, ports: [], endpoints: [{ id: endpointId(id, 'host'), interfaceName: 'host', addresses, allowedAddresses: [] }] };
};
