/**
 * Namespaces, nodes, services and cluster peers to facts.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import type { ClusterPeer, Enforcement, Namespace, Node, Service } from '@firsthop/inventory';
import { type Cidr, parseAddress, parseCidr } from '@firsthop/netaddr';
import { type LabelSelector, parseLabels, parseLabelSelector } from '@firsthop/selector';
import { type Fault, shapeFaults } from './draft.ts';
import { NamespaceShape, NodeShape, PeerShape, ServiceShape } from './workload-shape.ts';

type Read<T> = Result<T, readonly Fault[]>;

const NAME_LABEL = 'kubernetes.io/metadata.name';
const ENFORCEMENT = 'firsthop.dev/enforcement';
const modes: readonly Enforcement[] = ['Open', 'Visibility', 'Full'];

export const impliedNamespace = (cluster: string, name: string): Namespace => ({ cluster, name, labels: new Map([[NAME_LABEL, name]]), enforcement: 'Open' });

export const readNamespace = (object: unknown, cluster: string, name: string): Read<Namespace> => {
  const read = NamespaceShape.safeParse(object);
  if (!read.success) return fail(shapeFaults(read.error));
  const { metadata } = read.data;
  const labels = parseLabels(metadata.labels, ['metadata', 'labels']);
  if (!labels.ok) return labels;
  const annotations = new Map(Object.entries(metadata.annotations ?? {}));
  const wished = annotations.get(ENFORCEMENT) ?? labels.value.get(ENFORCEMENT) ?? 'Open';
  const enforcement = modes.find((mode) => mode === wished);
  if (enforcement === undefined) return fail([{ code: 'UNKNOWN_VALUE', path: ['metadata'], message: `${ENFORCEMENT} is one of ${modes.join(', ')}` }]);
  // The true name, whatever was written: a label is no way to become another namespace.
  return ok({ cluster, name, labels: new Map([...labels.value, [NAME_LABEL, name]]), enforcement });
};

export const readNode = (object: unknown, cluster: string, name: string): Read<Node> => {
  const read = NodeShape.safeParse(object);
  if (!read.success) return fail(shapeFaults(read.error));
  const labels = parseLabels(read.data.metadata.labels, ['metadata', 'labels']);
  if (!labels.ok) return labels;
  const texts = (read.data.status?.addresses ?? []).filter(({ type }) => type.endsWith('IP')).map(({ address }) => address);
  const addresses = texts.flatMap((text) => {
    const parsed = parseAddress(text);
    return parsed.ok ? [parsed.value] : [];
  });
  if (addresses.length < texts.length) return fail([{ code: 'ADDRESS_INVALID', path: ['status', 'addresses'], message: 'an address of the node is none' }]);
  return ok({ cluster, name, labels: labels.value, addresses });
};

export const readService = (object: unknown, named: { readonly cluster: string; readonly namespace: string; readonly name: string }): Read<Service> => {
  const read = ServiceShape.safeParse(object);
  if (!read.success) return fail(shapeFaults(read.error));
  const { selector, ports } = read.data.spec;
  const labels = parseLabels(selector, ['spec', 'selector']);
  if (!labels.ok) return labels;
  const requirements: LabelSelector['requirements'] = [...labels.value].map(([key, value]) => ({ key, operator: 'In', values: [value] }));
  const own = (ports ?? []).map(({ name, protocol, port, targetPort }) => ({ protocol, port, targetPort: targetPort ?? port, ...(name === undefined ? {} : { name }) }));
  return ok({ ...named, ports: own, ...(labels.value.size === 0 ? {} : { selector: { requirements } }) });
};

export const readPeer = (object: unknown, cluster: string): Read<ClusterPeer> => {
  const read = PeerShape.safeParse(object);
  if (!read.success) return fail(shapeFaults(read.error));
  const { metadata, spec } = read.data;
  const prefixes = spec.addresses.map((text) => parseCidr(text));
  const wrong = prefixes.findIndex((cidr) => !cidr.ok);
  if (wrong >= 0) return fail([{ code: 'CIDR_INVALID', path: ['spec', 'addresses', wrong], message: `${spec.addresses[wrong] ?? ''} is not a CIDR` }]);
  const addresses: Cidr[] = prefixes.flatMap((cidr) => (cidr.ok ? [cidr.value] : []));
  const peer = { cluster, peer: spec.clusterId ?? metadata.name, addresses, ...(spec.address === undefined ? {} : { address: spec.address }) };
  if (spec.export === undefined) return ok(peer);
  // A selector that is not written exports nothing at all.
  const namespaces = parseLabelSelector(spec.export.namespaceSelector, ['spec', 'export', 'namespaceSelector']);
  const workloads = parseLabelSelector(spec.export.podSelector, ['spec', 'export', 'podSelector']);
  if (!namespaces.ok) return namespaces;
  if (!workloads.ok) return workloads;
  return ok({ ...peer, export: { namespaces: namespaces.value, workloads: workloads.value } });
};
