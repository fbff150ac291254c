/**
 * What one cluster tells another of a workload. The payload never says which cluster it is from: the credential does, and
 * the reader compares the identifiers with it. Labels travel as pairs, never as object members.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type Address, cidrRange, type Cidr, formatAddress, parseAddress, rangeContains } from '@firsthop/netaddr';
import { endpointId, type Fact, type Namespace, type Workload, type WorkloadId } from '@firsthop/inventory';
import { z } from 'zod';

const text = z.string().max(512);
const Labels = z.array(z.tuple([z.string().max(512), text])).max(256);

const ExportedWorkload = z.strictObject({
  of: z.literal('workload'),
  uid: z.string().min(1).max(256),
  kind: z.enum(['pod', 'vm', 'host']),
  namespace: text,
  name: text,
  owner: z.strictObject({ kind: text, name: text }).optional(),
  labels: Labels,
  serviceAccount: text.optional(),
  ports: z.array(z.strictObject({ name: text, protocol: z.enum(['TCP', 'UDP', 'SCTP']), number: z.int().min(1).max(65_535) })).max(256),
  endpoints: z.array(z.strictObject({ interfaceName: z.string().min(1).max(64), addresses: z.array(z.string().max(64)).max(64) })).max(16),
});

const ExportedNamespace = z.strictObject({ of: z.literal('namespace'), name: z.string().min(1).max(253), labels: Labels });

export const ExportedEndpoint = z.discriminatedUnion('of', [ExportedWorkload, ExportedNamespace]);
export type ExportedEndpoint = z.infer<typeof ExportedEndpoint>;

export const exportWorkload = (workload: Workload): ExportedEndpoint => ({
  of: 'workload',
  uid: workload.id.slice(workload.cluster.length + 1),
  kind: workload.kind,
  namespace: workload.namespace,
  name: workload.name,
  ...(workload.owner === undefined ? {} : { owner: { ...workload.owner } }),
  labels: [...workload.labels],
  ...(workload.serviceAccount === undefined ? {} : { serviceAccount: workload.serviceAccount }),
  ports: workload.ports.map((port) => ({ ...port })),
  endpoints: workload.endpoints.map(({ interfaceName, addresses }) => ({ interfaceName, addresses: addresses.map(formatAddress) })),
});

export const exportNamespace = (namespace: Namespace): ExportedEndpoint => ({ of: 'namespace', name: namespace.name, labels: [...namespace.labels] });

export interface Exporter {
  /** From the credential of the connection. */
  readonly cluster: string;
  /** The only addresses that it may assert. */
  readonly addresses: readonly Cidr[];
}

/** An exported endpoint as a fact of the cluster that the credential names. Refused, not repaired, when it asserts what is not its own. */
export const importEndpoint = (exporter: Exporter, payload: unknown): Result<Fact, string> => {
  const parsed = ExportedEndpoint.safeParse(payload);
  if (!parsed.success) return fail(`not an exported endpoint: ${parsed.error.issues[0]?.message ?? ''}`);
  const { cluster } = exporter;
  if (parsed.data.of === 'namespace') {
    const { name } = parsed.data;
    const labels = new Map(parsed.data.labels).set('kubernetes.io/metadata.name', name);
    return ok({ of: 'namespace', id: `${cluster}/${name}`, now: { cluster, name, labels, enforcement: 'Open' } });
  }
  const { uid, endpoints, labels, ports, kind, namespace, name, owner, serviceAccount } = parsed.data;
  const id = `${cluster}/${uid}` as WorkloadId;
  const believed: Workload['endpoints'][number][] = [];
  for (const { interfaceName, addresses } of endpoints) {
    const own = ownAddresses(exporter, addresses);
    if (!own.ok) return own;
    believed.push({ id: endpointId(id, interfaceName), interfaceName, addresses: own.value, allowedAddresses: [] });
  }
  const rest = { ...(owner === undefined ? {} : { owner }), ...(serviceAccount === undefined ? {} : { serviceAccount }) };
  return ok({ of: 'workload', id, now: { id, kind, cluster, namespace, name, labels: new Map(labels), hostNetwork: false, ports, endpoints: believed, ...rest } });
};

const ownAddresses = ({ cluster, addresses: allowed }: Exporter, texts: readonly string[]): Result<Address[], string> => {
  const addresses: Address[] = [];
  for (const text of texts) {
    const address = parseAddress(text);
    if (!address.ok) return address;
    if (!allowed.some((cidr) => rangeContains(cidrRange(cidr), address.value))) return fail(`cluster ${cluster} may not assert ${text}: it is in none of its declared prefixes`);
    addresses.push(address.value);
  }
  return ok(addresses);
};
