/**
 * One document into its cluster's draft. An invalid workload, service, node or tier is absent; an invalid policy stays, closed.
 * What cannot even be named is worse: nobody can say what is missing.
 *
 * @module
 */
import { quoteForeign, readRecord } from '@firsthop/base';
import { formatAddress } from '@firsthop/netaddr';
import { type Fault, fault, type Foreign, isAbsent, ownerKinds, readClusterPeer, Reader, readNamespace, readNode, readOwned, readPod, readService, readVirtualMachine, type WorkloadDraft } from '@firsthop/objects';
import { type ObjectIdentity, parseGroup, parsePolicy, parseTier, policyKindOf, policyVersions, readIdentity, readPolicyIdentity } from '@firsthop/policy';
import type { ClusterDraft } from './cluster-draft.ts';
import { versionsOf } from './known-versions.ts';
import type { ManifestDocument } from './parse-documents.ts';
import { isForeignText } from './foreign-text.ts';
import { readIngress, readRoute } from './read-ingress.ts';

export interface Taken {
  /** False: which object this is, or what kind of policy, cannot be said. */
  readonly isNamed: boolean;
  readonly errors: readonly Fault[];
  readonly warnings: readonly Fault[];
}

type Take = (object: Foreign, identity: ObjectIdentity, draft: ClusterDraft, reader: Reader, document: ManifestDocument) => void;

/** Both stay and are enforced; the address stands for one of them only (inventory's address book). */
const reportSharedAddresses = ({ namespace, name, kind, hostNetwork, interfaces }: WorkloadDraft, { holders }: ClusterDraft, reader: Reader): void => {
  if (hostNetwork) return;
  for (const address of interfaces.flatMap(({ addresses }) => addresses)) {
    const holder = holders.get(address);
    if (holder === undefined) holders.set(address, `${namespace}/${name}`);
    else reader.add('DUPLICATE', kind === 'pod' ? ['status', 'podIP'] : ['spec', 'interfaces'], `${holder} has the address ${formatAddress(address)} already`);
  }
};

/** A uid that was copied along with the rest names nobody: the workload gets one that is made from its name. */
const withOwnUid = (workload: WorkloadDraft, draft: ClusterDraft, reader: Reader): WorkloadDraft => {
  if (!draft.uids.has(workload.uid)) return workload;
  reader.warnings.push(fault('DUPLICATE', ['metadata', 'uid'], 'another workload has this uid, so it is not believed'));
  return { ...workload, uid: `${workload.kind}:${workload.namespace}:${workload.name}` };
};

const addWorkloads = (written: readonly WorkloadDraft[], draft: ClusterDraft, reader: Reader): void => {
  if (reader.faults.length > 0) return;
  const workloads = written.map((workload) => withOwnUid(workload, draft, reader));
  for (const workload of workloads) draft.uids.add(workload.uid);
  draft.drafts.push(...workloads);
  for (const workload of workloads) reportSharedAddresses(workload, draft, reader);
};

const addIfClean = <T>(list: T[], item: T, reader: Reader): void => {
  if (reader.faults.length === 0) list.push(item);
};

const owned = (kind: string): Take => (object, identity, draft, reader) => addWorkloads(readOwned(object, kind, identity, { cluster: draft.cluster, reader }), draft, reader);

/** What it reads wrongly is no error of its own: an Ingress decides nothing. */
const ingress = (read: typeof readIngress): Take => (object, identity, draft, reader, document) => {
  const lenient = new Reader();
  draft.ingresses.push({ route: read(object, identity, draft.cluster, lenient), document });
  reader.warnings.push(...lenient.faults);
};

const grouped = (kind: 'Group' | 'ClusterGroup'): Take => (object, _identity, draft, reader, document) => {
  const group = reader.take(parseGroup(object, { kind, cluster: draft.cluster }));
  if (group !== undefined) draft.groups.push({ group, document });
};

const takes: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['v1 Pod', (object, identity, draft, reader) => addWorkloads(readPod(object, identity, draft.cluster, reader), draft, reader)],
  ['v1 ReplicationController', owned('ReplicationController')],
  ...[...ownerKinds].flatMap((kind) => ['apps/v1', 'apps/v1beta1', 'apps/v1beta2', 'extensions/v1beta1', 'batch/v1', 'batch/v1beta1'].map((group): [string, Take] => [`${group} ${kind}`, owned(kind)])),
  ['firsthop.dev/v1alpha1 VirtualMachine', (object, identity, draft, reader) => addWorkloads(readVirtualMachine(object, identity, draft.cluster, reader), draft, reader)],
  ['v1 Namespace', (object, identity, draft, reader) => void draft.namespaces.set(identity.name, readNamespace(object, identity, draft.cluster, reader))],
  ['v1 Node', (object, identity, draft, reader) => addIfClean(draft.nodes, readNode(object, identity, draft.cluster, reader), reader)],
  ['v1 Service', (object, identity, draft, reader) => addIfClean(draft.services, readService(object, identity, draft.cluster, reader), reader)],
  ...['networking.k8s.io/v1', 'networking.k8s.io/v1beta1', 'extensions/v1beta1'].map((group): [string, Take] => [`${group} Ingress`, ingress(readIngress)]),
  ...['route.openshift.io/v1', 'v1'].map((group): [string, Take] => [`${group} Route`, ingress(readRoute)]),
  ['firsthop.dev/v1alpha1 ClusterPeer', (object, _identity, draft, reader) => addIfClean(draft.clusterPeers, readClusterPeer(object, draft.cluster, reader), reader)],
  ['firsthop.dev/v1alpha1 Group', grouped('Group')],
  ['firsthop.dev/v1alpha1 ClusterGroup', grouped('ClusterGroup')],
  [
    'firsthop.dev/v1alpha1 Tier',
    (object, _identity, draft, reader) => {
      const tier = reader.take(parseTier(object));
      if (tier !== undefined) draft.tiers.push(tier);
    },
  ],
]);

const isProbes = (object: ReadonlyMap<string, unknown>): boolean => Array.isArray(object.get('probes')) && [...object.keys()].every((key) => key === 'probes' || key === 'answers');

const clusterScoped = new Set(['Namespace', 'Node', 'ClusterPeer', 'Tier', 'ClusterGroup', 'ClusterSecurityPolicy', 'ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy']);

/** Kubernetes would not take the name, but it says clearly which policy is meant: it is in force under it. */
const isClearName = ({ code, path }: Fault, name: string | undefined): boolean => code === 'NAME_INVALID' && path.join('.') === 'metadata.name' && name !== undefined && /^[a-z0-9][a-z0-9._-]*[a-z0-9]$/.test(name);

const takePolicy = (document: ManifestDocument, draft: ClusterDraft): Omit<Taken, 'isNamed'> => {
  const { policy, errors } = parsePolicy(document.object, { cluster: draft.cluster });
  if (policy !== undefined) draft.policies.push({ policy, document });
  const isTolerated = (found: Fault): boolean => isClearName(found, policy?.ref.name);
  return { errors: errors.filter((found) => !isTolerated(found)), warnings: errors.filter(isTolerated) };
};

/** Kubernetes would add five characters of its own. */
const withGeneratedName = (object: Foreign): Foreign => {
  const metadata = readRecord(object.get('metadata'));
  const prefix = metadata?.get('generateName');
  if (metadata === undefined || typeof prefix !== 'string' || !isAbsent(metadata.get('name'))) return object;
  return new Map([...object, ['metadata', Object.fromEntries([...metadata, ['name', `${prefix}00000`]])]]);
};

const strictIdentity = (object: Foreign): ReturnType<typeof readPolicyIdentity> => {
  const identity = readIdentity(withGeneratedName(object));
  return identity.ok ? { identity: identity.value, errors: [] } : { identity: undefined, errors: identity.error };
};

const takeKnown = (document: ManifestDocument, object: Foreign, draft: ClusterDraft, take: Take | undefined): Taken => {
  const { identity, errors } = take === undefined ? readPolicyIdentity(object) : strictIdentity(object);
  if (identity === undefined) return unnamed(errors);
  return { isNamed: true, ...takeNamed(document, object, draft, { identity, take }) };
};

interface Named {
  readonly identity: ObjectIdentity;
  /** Undefined: it is a policy. */
  readonly take: Take | undefined;
}

const takeNamed = (document: ManifestDocument, object: Foreign, draft: ClusterDraft, { identity, take }: Named): Omit<Taken, 'isNamed'> => {
  const kind = String(object.get('kind'));
  const key = `${kind}/${clusterScoped.has(kind) ? '' : identity.namespace}/${identity.name}`;
  if (draft.seen.has(key)) return { errors: [fault('DUPLICATE', ['metadata', 'name'], `there is a ${kind} of this name already; this one is not read`)], warnings: [] };
  draft.seen.add(key);
  if (take === undefined) return takePolicy(document, draft);
  const reader = new Reader();
  take(object, identity, draft, reader, document);
  return { errors: [...reader.faults, ...reader.tolerated], warnings: reader.warnings };
};

const unnamed = (errors: readonly Fault[]): Taken => ({ isNamed: false, errors, warnings: [] });

/** The kinds of networking.k8s.io that are no policies: in that group, everything else may be a misspelt one. */
const noPolicies = new Set(['Ingress', 'IngressClass', 'IPAddress', 'ServiceCIDR']);

const mayBePolicy = (group: string, kind: string): boolean =>
  group === 'firsthop.dev' || group === 'policy.networking.k8s.io' || (group === 'networking.k8s.io' && !noPolicies.has(kind)) || (group === 'extensions' && kind === 'NetworkPolicy');

/** Other kinds are somebody else's business. A policy that is not read would be a hole that nobody sees. */
const takeUnknown = (apiVersion: string, kind: string): Taken => {
  const versions = versionsOf(apiVersion, kind, takes.keys());
  if (versions !== undefined) return takeOtherVersion(apiVersion, kind, versions);
  const found = fault('UNKNOWN_KIND', ['kind'], `${quoteForeign(`${apiVersion} ${kind}`)} is not read here`);
  const [group = ''] = apiVersion.split('/');
  return mayBePolicy(group, kind) ? unnamed([found]) : { isNamed: true, errors: [], warnings: [found] };
};

const foreign: Taken = { isNamed: true, errors: [], warnings: [fault('UNKNOWN_KIND', [], 'no Kubernetes object (it has neither apiVersion nor kind), so it is not read')] };

/** A kind of somebody else's may end in List and be none. */
const isListOfOurs = (apiVersion: unknown, kind: string): boolean => {
  const member = kind.slice(0, -'List'.length);
  if (typeof apiVersion !== 'string' || member === '') return true;
  return takes.has(`${apiVersion} ${member}`) || policyKindOf(apiVersion, member) !== undefined || mayBePolicy(apiVersion.split('/')[0] ?? '', kind);
};

const takeOtherVersion = (apiVersion: string, kind: string, versions: readonly string[]): Taken => {
  const found = fault('UNKNOWN_KIND', ['apiVersion'], `${kind} is read as ${versions.join(', ')} here, and not as ${quoteForeign(apiVersion)}`);
  const isPolicy = policyVersions.some((one) => one.endsWith(` ${kind}`)) || mayBePolicy(apiVersion.split('/')[0] ?? '', kind);
  return { isNamed: !isPolicy, errors: [found], warnings: [] };
};

export const takeDocument = (document: ManifestDocument, draft: ClusterDraft): Taken => {
  const object = readRecord(document.object);
  if (object === undefined) return isForeignText(document.object) ? foreign : unnamed([fault('TYPE', [], 'a Kubernetes object is expected here')]);
  // Probes may lie beside the manifests that they ask about; they are no Kubernetes object.
  if (isProbes(object)) return { isNamed: true, errors: [], warnings: [] };
  if (isForeignText(document.object)) return foreign;
  const apiVersion = object.get('apiVersion');
  const kind = object.get('kind');
  if (typeof kind === 'string' && kind.endsWith('List') && isListOfOurs(apiVersion, kind)) return unnamed([fault('TYPE', ['items'], 'a list of objects is expected here')]);
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return unnamed([fault('REQUIRED', [typeof apiVersion === 'string' ? 'kind' : 'apiVersion'], 'apiVersion and kind say what this is')]);
  const take = takes.get(`${apiVersion} ${kind}`);
  return take === undefined && policyKindOf(apiVersion, kind) === undefined ? takeUnknown(apiVersion, kind) : takeKnown(document, object, draft, take);
};
