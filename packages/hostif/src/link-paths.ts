/**
 * What stands on this host's links that could lead packets past the hooks of netfilter. Read, not judged.
 *
 * @module
 */
import { attachedPrograms, KernelError, type Link as KernelLink, NfTables, type Rtnetlink, type SocketOptions, withinNamespace } from '@firsthop/netlink';
import { readFileSync } from 'node:fs';

export interface PathFilter {
  readonly side: 'ingress' | 'egress';
  /** `u32`, `flower`, `bpf`, ... */
  readonly kind: string;
  /** Of `bpf`: what its loader called it. */
  readonly program: string | undefined;
  /** Where its actions move packets. Undefined name: a link that is not there any more. */
  readonly redirects: readonly { readonly name: string | undefined; readonly kind: string | undefined }[];
}

export interface LinkPath {
  /** What the link is made by: `veth`, `macvlan`, ... Undefined: hardware. */
  readonly kind: string | undefined;
  /** What its master is made by: `bridge`, `openvswitch`, ... Undefined: it has none. */
  readonly masterKind: string | undefined;
  /** There is a program of XDP. */
  readonly hasXdp: boolean;
  /** Where BPF programs stand that no filter holds: `tcx ingress`, ... */
  readonly programs: readonly string[];
  readonly filters: readonly PathFilter[];
  /** Of a bridge: that its frames pass the IP hooks, whatever is said for all bridges. */
  readonly callsHooks: { readonly 4: boolean; readonly 6: boolean };
  /** A bridge that knows VLANs: it puts tags on frames and takes them off between our hooks. */
  readonly filtersVlans?: boolean;
}

/** Those that have filters which see every packet. */
const filtering: ReadonlySet<string> = new Set(['clsact', 'ingress']);

/** By name. Throws `KernelError` where the kernel does not answer. */
export const readLinkPaths = (kernel: Rtnetlink, links: readonly KernelLink[], namespace?: string): ReadonlyMap<string, LinkPath> => {
  const byIndex = new Map(links.map((link) => [link.index, link]));
  const programs = attachedPrograms([...byIndex.keys()], namespace);
  const filtered = new Set(kernel.queueing().flatMap(({ link, kind }) => (filtering.has(kind) ? [link] : [])));
  const filtersOf = (index: number): PathFilter[] =>
    (['ingress', 'egress'] as const).flatMap((side) =>
      kernel.filters(index, side).map(({ kind, program, redirects }) => ({ side, kind, program, redirects: redirects.map((to) => ({ name: byIndex.get(to)?.name, kind: byIndex.get(to)?.kind })) })),
    );
  return new Map(
    links.map(({ index, name, kind, master, portKind, xdpProgram, bridge }): [string, LinkPath] => [
      name,
      {
        kind,
        masterKind: master === undefined ? undefined : (portKind ?? byIndex.get(master)?.kind ?? 'unknown'),
        hasXdp: xdpProgram !== undefined,
        programs: programs.get(index) ?? [],
        filters: filtered.has(index) ? filtersOf(index) : [],
        callsHooks: { 4: bridge?.callsIptables === 1, 6: bridge?.callsIp6tables === 1 },
        ...(bridge?.vlanFiltering === 1 ? { filtersVlans: true } : {}),
      },
    ]),
  );
};

/** Services in the text of `/proc/net/ip_vs`. */
export const ipvsServicesIn = (text: string): number => text.split('\n').filter((line) => /^(?:TCP|UDP|SCTP|FWM)\s/.test(line)).length;

/** How many Services IPVS balances here; none where the kernel has no IPVS. */
export const countIpvsServices = ({ namespace }: Pick<SocketOptions, 'namespace'> = {}): number => {
  try {
    return ipvsServicesIn(withinNamespace(namespace, () => readFileSync('/proc/thread-self/net/ip_vs', 'utf8')));
  } catch {
    return 0;
  }
};

export interface FlowTable {
  /** Family, table and name, as nft lists it. */
  readonly name: string;
  readonly devices: readonly string[];
}

/** Those that take packets of some device; none where the kernel has no nf_tables, or we may not ask. */
export const readFlowTables = ({ namespace }: Pick<SocketOptions, 'namespace'> = {}): FlowTable[] => {
  const kernel = new NfTables(namespace === undefined ? {} : { namespace });
  try {
    return kernel.flowTables().flatMap(({ family = 'other', table = '', name = '', hook }) => (hook?.devices === undefined || hook.devices.length === 0 ? [] : [{ name: `${family} ${table} ${name}`, devices: hook.devices }]));
  } catch (error) {
    if (error instanceof KernelError) return [];
    throw error;
  } finally {
    kernel.close();
  }
};
