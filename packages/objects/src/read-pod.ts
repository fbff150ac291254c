/**
 * Pods, and everything that has a pod template.
 *
 * @module
 */
import type { NamedPort, Workload } from '@firsthop/inventory';
import type { Address, TransportName } from '@firsthop/netaddr';
import { isDnsName, isPortName, type ObjectIdentity } from '@firsthop/policy';
import { type Labels, parseLabels } from '@firsthop/selector';
import { type Foreign, isAbsent, Reader } from './foreign.ts';
import { fault, type Path } from './fault.ts';
import { readEnforcement } from './read-enforcement.ts';
import type { WorkloadDraft } from './workload-draft.ts';

const transports: readonly TransportName[] = ['TCP', 'UDP', 'SCTP'];

const readPort = (raw: unknown, path: Path, reader: Reader): NamedPort[] => {
  const port = reader.object(raw, path);
  const number = reader.integer(port.get('containerPort'), [...path, 'containerPort'], [1, 65_535]);
  const written = port.get('protocol') ?? 'TCP';
  const protocol = transports.find((one) => one === written);
  if (protocol === undefined) reader.add('UNKNOWN_VALUE', [...path, 'protocol'], 'one of TCP, UDP, SCTP is expected here');
  const name = port.get('name');
  if (isAbsent(name) || name === '') return [];
  if (typeof name !== 'string' || !isPortName(name)) reader.add('PORT_INVALID', [...path, 'name'], 'not the name of a port: at most 15 of a-z, 0-9, "-", with a letter');
  return typeof name === 'string' && number !== undefined && protocol !== undefined ? [{ name, protocol, number }] : [];
};

/** Of the init containers only those that stay: sidecars. */
const readPorts = (spec: Foreign, path: Path, reader: Reader): NamedPort[] =>
  ['initContainers', 'containers'].flatMap((field) =>
    reader.list(spec.get(field), [...path, field]).flatMap((raw, i) => {
      const at = [...path, field, i];
      const container = reader.object(raw, at);
      if (field === 'initContainers' && container.get('restartPolicy') !== 'Always') return [];
      return reader.list(container.get('ports'), [...at, 'ports']).flatMap((port, j) => readPort(port, [...at, 'ports', j], reader));
    }),
  );

const readHostNetwork = (spec: Foreign, path: Path, reader: Reader): boolean => {
  const raw = spec.get('hostNetwork');
  if (!isAbsent(raw) && typeof raw !== 'boolean') reader.add('TYPE', [...path, 'hostNetwork'], 'true or false is expected here');
  return raw === true;
};

/** Numbers only; what is wrong with them is said elsewhere. */
const declaredPorts = (spec: Foreign): number[] => {
  const quiet = new Reader();
  const containers = ['initContainers', 'containers'].flatMap((field) => quiet.list(spec.get(field), []));
  const ports = containers.flatMap((container) => quiet.list(quiet.object(container, []).get('ports'), []).map((port) => quiet.object(port, []).get('containerPort')));
  return [...new Set(ports.filter((port) => typeof port === 'number'))];
};

interface Template {
  readonly labels: Labels;
  readonly enforcement: Workload['enforcement'];
  readonly spec: Foreign;
  readonly specPath: Path;
}

type Name = Pick<WorkloadDraft, 'cluster' | 'uid' | 'namespace' | 'name' | 'owner'>;

const draft = (name: Name, { labels, enforcement, spec, specPath }: Template, addresses: readonly Address[], reader: Reader): WorkloadDraft => ({
  ...name,
  kind: 'pod',
  labels,
  enforcement,
  serviceAccount: reader.text(spec.get('serviceAccountName'), [...specPath, 'serviceAccountName']) ?? 'default',
  node: reader.text(spec.get('nodeName'), [...specPath, 'nodeName']),
  hostNetwork: readHostNetwork(spec, specPath, reader),
  ports: readPorts(spec, specPath, reader),
  declaredPorts: declaredPorts(spec),
  interfaces: [{ interfaceName: 'eth0', addresses, allowedAddresses: [] }],
});

const readTemplate = (object: Foreign, path: Path, reader: Reader): Template => {
  const metadata = reader.object(object.get('metadata'), [...path, 'metadata']);
  const specPath = [...path, 'spec'];
  const { enforcement, faults } = readEnforcement(metadata, [...path, 'metadata']);
  reader.tolerated.push(...faults);
  return { enforcement, labels: reader.take(parseLabels(metadata.get('labels'), [...path, 'metadata', 'labels'])) ?? new Map(), spec: reader.object(object.get('spec'), specPath), specPath };
};

const readAddresses = (status: Foreign, reader: Reader): Address[] => {
  const listed = reader.list(status.get('podIPs'), ['status', 'podIPs']).map((raw, i) => reader.address(reader.object(raw, ['status', 'podIPs', i]).get('ip'), ['status', 'podIPs', i, 'ip']));
  const one = isAbsent(status.get('podIP')) || status.get('podIP') === '' ? undefined : reader.address(status.get('podIP'), ['status', 'podIP']);
  return [...new Set([one, ...listed].filter((address) => address !== undefined))];
};

const readOwner = (metadata: Foreign, reader: Reader): WorkloadDraft['owner'] => {
  const owners = reader.list(metadata.get('ownerReferences'), ['metadata', 'ownerReferences']).map((raw, i) => reader.object(raw, ['metadata', 'ownerReferences', i]));
  const owner = owners.find((one) => one.get('controller') === true) ?? owners[0];
  // Its node: the pod is a static one, and belongs to nobody else.
  if (owner?.get('kind') === 'Node') return undefined;
  const kind = owner?.get('kind');
  const name = owner?.get('name');
  if (typeof name !== 'string') return undefined;
  // Hand-written pods leave the kind out; their owner is one all the same.
  return { kind: typeof kind === 'string' ? kind : 'Pod', name };
};

/** A uid that somebody wrote can never be one that is made up: those have colons. */
export const readUid = (metadata: Foreign, reader: Reader, otherwise: string): string => {
  const raw = metadata.get('uid');
  if (isAbsent(raw)) return otherwise;
  if (typeof raw === 'string' && /^[A-Za-z0-9][\w.-]{0,127}$/.test(raw)) return raw;
  // It only tells apart what has the same name; the name does as well here.
  reader.warnings.push(fault('NAME_INVALID', ['metadata', 'uid'], 'a uid is at most 128 letters, digits, ".", "_" and "-"; this one is not believed'));
  return otherwise;
};

/** Finished pods are absent: their address may already be somebody else's. */
export const readPod = (object: Foreign, { name, namespace }: ObjectIdentity, cluster: string, reader: Reader): WorkloadDraft[] => {
  const metadata = reader.object(object.get('metadata'), ['metadata']);
  const status = reader.object(object.get('status'), ['status']);
  const phase = status.get('phase');
  if (phase === 'Succeeded' || phase === 'Failed') return [];
  const uid = readUid(metadata, reader, `pod:${namespace}:${name}`);
  return [draft({ cluster, uid, namespace, name, owner: readOwner(metadata, reader) }, readTemplate(object, [], reader), readAddresses(status, reader), reader)];
};

export const ownerKinds: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'ReplicationController']);

const replicasOf = (kind: string, spec: Foreign, reader: Reader): number => {
  const field = kind === 'Job' ? 'parallelism' : 'replicas';
  const raw = spec.get(field);
  const written = isAbsent(raw) ? 1 : reader.integer(raw, ['spec', field], [0, 1_000_000]);
  return Math.min(2, Math.max(1, written ?? 1));
};

/** One or two pods: more of the same change nothing that is asked here. */
export const readOwned = (object: Foreign, kind: string, { name, namespace }: ObjectIdentity, { cluster, reader }: { readonly cluster: string; readonly reader: Reader }): WorkloadDraft[] => {
  const spec = reader.object(object.get('spec'), ['spec']);
  const prefix: Path = kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec'] : ['spec'];
  const inner = kind === 'CronJob' ? reader.object(reader.object(spec.get('jobTemplate'), ['spec', 'jobTemplate']).get('spec'), prefix) : spec;
  if (isAbsent(inner.get('template'))) reader.add('REQUIRED', [...prefix, 'template'], 'a pod template is expected here');
  const template = readTemplate(reader.object(inner.get('template'), [...prefix, 'template']), [...prefix, 'template'], reader);
  return Array.from({ length: replicasOf(kind, spec, reader) }, (_, i) => {
    const pod = `${name}-${i}`;
    if (!isDnsName(pod)) reader.add('NAME_INVALID', ['metadata', 'name'], 'too long to name pods after');
    return draft({ cluster, uid: `${kind.toLowerCase()}:${namespace}:${pod}`, namespace, name: pod, owner: { kind, name } }, template, [], reader);
  });
};
