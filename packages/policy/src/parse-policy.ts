/**
 * From an object of unknown content to a policy. Never throws, whatever it is given; never wider than what was written.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { parseKubePolicy } from './kube-policy.ts';
import { policyLimits } from './limits.ts';
import { type Parsed, parseNetworkPolicy } from './network-policy.ts';
import { type ObjectIdentity, readPolicyIdentity } from './object-identity.ts';
import type { PolicyError } from './policy-error.ts';
import type { Policy, PolicyKind, PolicyRef } from './policy.ts';
import { capErrors, fault, type ForeignRecord, unknownFields } from './reading.ts';
import { spoil } from './rule-draft.ts';
import { parseSecurityPolicy } from './security-policy.ts';

/** `policy: undefined`: it has no usable name or kind, so it can neither apply to anybody nor be named in a verdict. */
export interface ParsedPolicy {
  readonly policy: Policy | undefined;
  readonly errors: readonly PolicyError[];
}

export interface PolicyContext {
  /** The cluster in which the object stands. */
  readonly cluster: string;
}

const kinds: ReadonlyMap<string, PolicyKind> = new Map([
  ['networking.k8s.io/v1 NetworkPolicy', 'NetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy', 'ClusterNetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy', 'AdminNetworkPolicy'],
  ['policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
  ['firsthop.dev/v1alpha1 SecurityPolicy', 'SecurityPolicy'],
  ['firsthop.dev/v1alpha1 ClusterSecurityPolicy', 'ClusterSecurityPolicy'],
]);

/** `group/version Kind` of every kind of policy. */
export const policyVersions: readonly string[] = [...kinds.keys()];

/** Undefined: not a policy that this version reads. */
export const policyKindOf = (apiVersion: unknown, kind: unknown): PolicyKind | undefined => (typeof apiVersion === 'string' && typeof kind === 'string' ? kinds.get(`${apiVersion} ${kind}`) : undefined);

const refOf = (kind: PolicyKind, { name, namespace }: ObjectIdentity, cluster: string): PolicyRef => (kind === 'NetworkPolicy' || kind === 'SecurityPolicy' ? { cluster, kind, namespace, name } : { cluster, kind, name });

const parseKind = (object: ForeignRecord, ref: PolicyRef): Parsed<Policy> => {
  switch (ref.kind) {
    case 'NetworkPolicy':
      return parseNetworkPolicy(object, ref);
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return parseKubePolicy(object, ref, ref.kind);
    case 'SecurityPolicy':
    case 'ClusterSecurityPolicy':
      return parseSecurityPolicy(object, ref);
  }
};

/** A misspelt `spec` would be an unknown field here, so it spoils the rules too. */
const spoilPolicy = (policy: Policy): Policy => ({ ...policy, ingress: policy.ingress?.map(spoil), egress: policy.egress?.map(spoil) });

const parseKnown = (object: ForeignRecord, kind: PolicyKind, cluster: string): ParsedPolicy => {
  const { identity, errors } = readPolicyIdentity(object);
  if (identity === undefined) return { policy: undefined, errors };
  const parsed = parseKind(object, refOf(kind, identity, cluster));
  const unknown = unknownFields(object, ['apiVersion', 'kind', 'metadata', 'spec', 'status'], []);
  return { policy: unknown.length > 0 ? spoilPolicy(parsed.policy) : parsed.policy, errors: [...errors, ...unknown, ...parsed.errors] };
};

export const parsePolicy = (raw: unknown, { cluster }: PolicyContext): ParsedPolicy => {
  const object = readRecord(raw);
  if (object === undefined) return { policy: undefined, errors: [fault('TYPE', [], 'a policy is an object')] };
  const kind = policyKindOf(object.get('apiVersion'), object.get('kind'));
  if (kind === undefined) return { policy: undefined, errors: [fault('UNKNOWN_VALUE', ['kind'], 'not a kind of policy that is read here')] };
  const { policy, errors } = parseKnown(object, kind, cluster);
  return { policy, errors: capErrors(errors, policyLimits.errors) };
};
