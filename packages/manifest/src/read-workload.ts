/**
 * Pods, templates of pods and virtual machines to workloads. An invalid one is absent and reported.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type Endpoint, endpointId, type NamedPort, type Workload, workloadId } from '@firsthop/inventory';
import { type Address, type Cidr, parseAddress, parseCidr } from '@firsthop/netaddr';
import { parseLabels } from '@firsthop/selector';
import type { Fault, WorkloadDraft } from './draft.ts';
import { shapeFaults } from './draft.ts';
import { CronJobShape, MachineShape, PodShape, type PodSpec, TemplateShape } from './workload-shape.ts';

export interface Named {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
}

type Read = Result<readonly WorkloadDraft[], readonly Fault[]>;

/** More replicas would be judged exactly alike. */
const REPLICAS = 2;

const addressesOf = (texts: readonly string[], path: readonly (string | number)[]): Result<Address[], readonly Fault[]> => {
  const read = texts.map((text) => parseAddress(text));
  const faults = read.flatMap((one, i) => (one.ok ? [] : [{ code: 'ADDRESS_INVALID', path: [...path, i], message: one.error }]));
  return faults.length > 0 ? fail(faults) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
};

const portsOf = ({ containers, initContainers }: PodSpec): NamedPort[] =>
  [...(containers ?? []), ...(initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(({ ports }) =>
    (ports ?? []).map(({ name, protocol, containerPort }) => ({ name: name ?? '', protocol, number: containerPort })),
  );

interface PodParts {
  readonly named: Named;
  readonly uid: string;
  readonly labels: Workload['labels'];
  readonly spec: PodSpec;
  readonly addresses: readonly Address[];
  readonly owner?: { readonly kind: string; readonly name: string } | undefined;
}

const podDraft = ({ named, uid, labels, spec, addresses, owner }: PodParts): WorkloadDraft => {
  const id = workloadId(named.cluster, uid);
  const endpoint: Endpoint = { id: endpointId(id, 'eth0'), interfaceName: 'eth0', addresses, allowedAddresses: [] };
  const { hostNetwork } = spec;
  const workload: Workload = {
    ...named,
    id,
    kind: 'pod',
    labels,
    hostNetwork,
    ports: portsOf(spec),
    endpoints: hostNetwork ? [] : [endpoint],
    serviceAccount: spec.serviceAccountName ?? 'default',
    ...(owner === undefined ? {} : { owner }),
    ...(spec.nodeName === undefined || spec.nodeName === '' ? {} : { node: spec.nodeName }),
  };
  return { workload, needsAddresses: !hostNetwork && addresses.length === 0 };
};

export const readPod = (object: unknown, named: Named): Read => {
  const pod = PodShape.safeParse(object);
  if (!pod.success) return fail(shapeFaults(pod.error));
  const { metadata, spec, status } = pod.data;
  // Finished pods may still carry an address that is somebody else's by now.
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return ok([]);
  const labels = parseLabels(metadata.labels, ['metadata', 'labels']);
  if (!labels.ok) return labels;
  const texts = [...new Set([...(status?.podIP === undefined ? [] : [status.podIP]), ...(status?.podIPs ?? []).map(({ ip }) => ip)])];
  const addresses = addressesOf(texts, ['status', 'podIPs']);
  if (!addresses.ok) return addresses;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true) ?? metadata.ownerReferences?.[0];
  const uid = metadata.uid ?? `pod.${named.namespace}.${named.name}`;
  return ok([podDraft({ named, uid, labels: labels.value, spec, addresses: addresses.value, owner: owner === undefined ? undefined : { kind: owner.kind, name: owner.name } })]);
};

/** Deployment and the like: `replicas` pods, at least one and at most two, called name-0 and name-1. */
export const readTemplate = (object: unknown, named: Named, kind: string): Read => {
  const read = kind === 'CronJob' ? CronJobShape.safeParse(object) : TemplateShape.safeParse(object);
  if (!read.success) return fail(shapeFaults(read.error));
  const { spec } = read.data;
  const { replicas, template } = 'template' in spec ? spec : { replicas: 1, template: spec.jobTemplate.spec.template };
  const labels = parseLabels(template.metadata?.labels, ['spec', 'template', 'metadata', 'labels']);
  if (!labels.ok) return labels;
  const count = Math.min(REPLICAS, Math.max(1, replicas ?? 1));
  const owner = { kind, name: named.name };
  return ok(
    Array.from({ length: count }, (_, i) => {
      const name = `${named.name}-${i}`;
      return podDraft({ named: { ...named, name }, uid: `pod.${named.namespace}.${kind}.${name}`, labels: labels.value, spec: template.spec, addresses: [], owner });
    }),
  );
};

export const readMachine = (object: unknown, named: Named): Read => {
  const machine = MachineShape.safeParse(object);
  if (!machine.success) return fail(shapeFaults(machine.error));
  const { metadata, spec } = machine.data;
  const labels = parseLabels(metadata.labels, ['metadata', 'labels']);
  if (!labels.ok) return labels;
  const id = workloadId(named.cluster, metadata.uid ?? `vm.${named.namespace}.${named.name}`);
  const endpoints: Endpoint[] = [];
  for (const [i, { name, mac, device, addresses = [], allowedAddresses = [] }] of spec.interfaces.entries()) {
    const own = addressesOf(addresses, ['spec', 'interfaces', i, 'addresses']);
    if (!own.ok) return own;
    const allowed = allowedAddresses.map((text) => parseCidr(text));
    const wrong = allowed.findIndex((cidr) => !cidr.ok);
    if (wrong >= 0) return fail([{ code: 'CIDR_INVALID', path: ['spec', 'interfaces', i, 'allowedAddresses', wrong], message: `${allowedAddresses[wrong] ?? ''} is not a CIDR` }]);
    const prefixes: Cidr[] = allowed.flatMap((cidr) => (cidr.ok ? [cidr.value] : []));
    endpoints.push({ id: endpointId(id, name), interfaceName: name, addresses: own.value, allowedAddresses: prefixes, ...(mac === undefined ? {} : { mac: mac.toLowerCase() }), ...(device === undefined ? {} : { device }) });
  }
  const workload: Workload = { ...named, id, kind: 'vm', labels: labels.value, hostNetwork: false, ports: [], endpoints, ...(spec.host === undefined ? {} : { node: spec.host }) };
  return ok([{ workload, needsAddresses: endpoints.every(({ addresses }) => addresses.length === 0) }]);
};
