/**
 * In what the kinds of policy.networking.k8s.io differ: words, limits, and how they write ports. Their rules mean the same.
 *
 * @module
 */
import { readKubePort, readKubeProtocol } from './kube-port.ts';
import type { Path, Read } from './reading.ts';
import type { Action, PortMatch } from './rule.ts';

export interface KubeDialect {
  /** As they are written, and what they mean here. */
  readonly actions: ReadonlyMap<string, Action>;
  /** The list of a rule that says on which ports. */
  readonly portsField: 'ports' | 'protocols';
  /** Whether that list may be written and empty, and then means every port. */
  readonly isEmptyListAny: boolean;
  /** Whether `pods` may leave the podSelector out, and then means every pod of these namespaces. */
  readonly isPodSelectorOptional: boolean;
  readonly readPort: (raw: unknown, path: Path) => Read<PortMatch>;
}

/** policy.networking.k8s.io/v1alpha2 */
export const clusterNetworkPolicyDialect: KubeDialect = {
  actions: new Map<string, Action>([['Accept', 'Allow'], ['Deny', 'Drop'], ['Pass', 'Pass']]),
  portsField: 'protocols',
  isEmptyListAny: false,
  isPodSelectorOptional: false,
  readPort: readKubeProtocol,
};

/** policy.networking.k8s.io/v1alpha1 */
export const adminNetworkPolicyDialect: KubeDialect = {
  actions: new Map<string, Action>([['Allow', 'Allow'], ['Deny', 'Drop'], ['Pass', 'Pass']]),
  portsField: 'ports',
  isEmptyListAny: true,
  isPodSelectorOptional: true,
  readPort: readKubePort,
};

/** The last of all tiers has nobody to pass to. */
export const baselineAdminNetworkPolicyDialect: KubeDialect = { ...adminNetworkPolicyDialect, actions: new Map<string, Action>([['Allow', 'Allow'], ['Deny', 'Drop']]) };
