/**
 * Namespace, Node, Service and ClusterPeer.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Node, Service, ServicePort } from '@firsthop/inventory';
import { isDnsLabel, type ObjectIdentity } from '@firsthop/policy';
import { everything, parseLabels, parseLabelSelector } from '@firsthop/selector';
import { type Foreign, isAbsent, type Reader } from './foreign.ts';
import type { Path } from './fault.ts';
import { readEnforcement } from './read-enforcement.ts';

const nameKey = 'kubernetes.io/metadata.name';

export const bareNamespace = (cluster: string, name: string): Namespace => ({ cluster, name, labels: new Map([[nameKey, name]]), enforcement: 'Open' });

/**
 * A namespace with faults still exists, without its labels: its workloads are there, and no selector may find them by half-read labels.
 * Nor may they be open because the policies that were meant for them no longer find them: its enforcement is Full.
 */
export const readNamespace = (object: Foreign, { name }: ObjectIdentity, cluster: string, reader: Reader): Namespace => {
  const metadata = reader.object(object.get('metadata'), ['metadata']);
  const labels = reader.take(parseLabels(metadata.get('labels'), ['metadata', 'labels']));
  const { enforcement = 'Open', faults } = readEnforcement(metadata, ['metadata']);
  reader.faults.push(...faults);
  return { cluster, name, labels: new Map([...(labels ?? []), [nameKey, name]]), enforcement: labels === undefined ? 'Full' : enforcement };
};

/** Without an InternalIP the addresses are empty, and it gets one of each family. */
export const readNode = (object: Foreign, { name }: ObjectIdentity, cluster: string, reader: Reader): Node => {
  const metadata = reader.object(object.get('metadata'), ['metadata']);
  const status = reader.object(object.get('status'), ['status']);
  const path = ['status', 'addresses'];
  const addresses = reader.list(status.get('addresses'), path).flatMap((raw, i) => {
    const one = reader.object(raw, [...path, i]);
    const address = one.get('type') === 'InternalIP' ? reader.address(one.get('address'), [...path, i, 'address']) : undefined;
    return address === undefined ? [] : [address];
  });
  return { cluster, name, labels: reader.take(parseLabels(metadata.get('labels'), ['metadata', 'labels'])) ?? new Map(), addresses };
};

const transports = ['TCP', 'UDP', 'SCTP'] as const;

const readServicePort = (raw: unknown, path: Path, reader: Reader): ServicePort[] => {
  const written = reader.object(raw, path);
  const port = reader.integer(written.get('port'), [...path, 'port'], [1, 65_535]);
  const protocol = transports.find((one) => one === (written.get('protocol') ?? 'TCP'));
  if (protocol === undefined) reader.add('UNKNOWN_VALUE', [...path, 'protocol'], 'one of TCP, UDP, SCTP is expected here');
  const name = reader.text(written.get('name'), [...path, 'name']);
  const target = written.get('targetPort');
  const targetPort = isAbsent(target) || target === 0 ? port : typeof target === 'string' ? reader.text(target, [...path, 'targetPort']) : reader.integer(target, [...path, 'targetPort'], [1, 65_535]);
  return port === undefined || protocol === undefined || targetPort === undefined ? [] : [{ protocol, port, targetPort, ...(name === undefined ? {} : { name }) }];
};

/** An empty selector selects nothing here: somebody else writes such a Service's endpoints. */
export const readService = (object: Foreign, { name, namespace }: ObjectIdentity, cluster: string, reader: Reader): Service => {
  const spec = reader.object(object.get('spec'), ['spec']);
  const labels = reader.object(spec.get('selector'), ['spec', 'selector']);
  const selector = labels.size === 0 || spec.get('type') === 'ExternalName' ? undefined : reader.take(parseLabelSelector({ matchLabels: spec.get('selector') }, ['spec', 'selector']));
  const ports = reader.list(spec.get('ports'), ['spec', 'ports']).flatMap((raw, i) => readServicePort(raw, ['spec', 'ports', i], reader));
  return { cluster, namespace, name, ports, ...(selector === undefined ? {} : { selector }) };
};

const readExport = (raw: unknown, reader: Reader): ClusterPeer['export'] => {
  if (isAbsent(raw)) return undefined;
  const path = ['spec', 'export'];
  const offer = reader.object(raw, path);
  for (const key of offer.keys()) if (key !== 'namespaceSelector' && key !== 'podSelector') reader.add('UNKNOWN_FIELD', [...path, key], 'unknown field; known are namespaceSelector, podSelector');
  // "Every namespace" is said with {}, never by leaving it out.
  if (isAbsent(offer.get('namespaceSelector'))) return reader.add('REQUIRED', [...path, 'namespaceSelector'], 'say which namespaces are exported; {} means all');
  const namespaces = reader.take(parseLabelSelector(offer.get('namespaceSelector'), [...path, 'namespaceSelector']));
  const workloads = isAbsent(offer.get('podSelector')) ? everything : reader.take(parseLabelSelector(offer.get('podSelector'), [...path, 'podSelector']));
  return namespaces === undefined || workloads === undefined ? undefined : { namespaces, workloads };
};

export const readClusterPeer = (object: Foreign, cluster: string, reader: Reader): ClusterPeer => {
  const spec = reader.object(object.get('spec'), ['spec']);
  const peer = spec.get('clusterId');
  if (typeof peer !== 'string' || !isDnsLabel(peer)) reader.add(isAbsent(peer) ? 'REQUIRED' : 'NAME_INVALID', ['spec', 'clusterId'], 'the name of the other cluster is expected here');
  if (peer === cluster) reader.add('UNKNOWN_VALUE', ['spec', 'clusterId'], 'a cluster is no peer of itself');
  const address = reader.text(spec.get('address'), ['spec', 'address']);
  const offer = readExport(spec.get('export'), reader);
  return { cluster, peer: typeof peer === 'string' ? peer : '', addresses: reader.cidrs(spec.get('addresses'), ['spec', 'addresses']), ...(address === undefined ? {} : { address }), ...(offer === undefined ? {} : { export: offer }) };
};
