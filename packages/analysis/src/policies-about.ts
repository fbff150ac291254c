/**
 * Policies by the namespaces that they can be about, so that who asks about a few workloads does not pay for everybody's policies.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { Peer, Policy } from '@firsthop/policy';

/** Whoever the peer selects is in one of these namespaces. Undefined: that cannot be said. */
const namespacesOf = (peer: Peer): readonly string[] | undefined => {
  switch (peer.kind) {
    case 'workloads':
      return peer.selector.namespaces.kind === 'named' ? [peer.selector.namespaces.namespace] : undefined;
    case 'every':
      return peer.peers.map(namespacesOf).find((one) => one !== undefined);
    case 'some': {
      const all = peer.peers.map(namespacesOf);
      return all.includes(undefined) ? undefined : all.flatMap((one) => one ?? []);
    }
    case 'not':
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return undefined;
  }
};

export class PoliciesAbout {
  readonly #byNamespace = new Map<string, Policy[]>();
  readonly #anywhere: Policy[] = [];

  constructor(policies: Iterable<Policy>) {
    for (const policy of policies) {
      const namespaces = namespacesOf({ kind: 'some', peers: policy.subjects });
      if (namespaces === undefined) this.#anywhere.push(policy);
      else
        for (const namespace of new Set(namespaces)) {
          const list = this.#byNamespace.get(namespace);
          if (list === undefined) this.#byNamespace.set(namespace, [policy]);
          else list.push(policy);
        }
    }
  }

  /** Every policy that may govern one of these, and perhaps others. */
  of(workloads: Iterable<Workload>): ReadonlySet<Policy> {
    const namespaces = new Set([...workloads].map(({ namespace }) => namespace));
    return new Set([...this.#anywhere, ...[...namespaces].flatMap((namespace) => (namespace === undefined ? [] : (this.#byNamespace.get(namespace) ?? [])))]);
  }
}
