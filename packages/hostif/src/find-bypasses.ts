/**
 * Proof of path: for each bound endpoint, what could lead its packets past our hooks. Pure.
 *
 * The rules stay in the kernel all the same, and judge what comes by them; only nobody may say that the endpoint is enforced.
 *
 * @module
 */
import type { EndpointBinding } from '@firsthop/plan';
import type { Unbound } from './bind-endpoints.ts';
import type { HostLinks } from './host-links.ts';
import type { LinkPath, PathFilter } from './link-paths.ts';

/** They hand packets on below the stack of the host that holds them. */
const shortcuts: ReadonlySet<string> = new Set(['macvlan', 'macvtap', 'ipvlan', 'ipvtap']);

/** One reason for each endpoint that has one. They begin with `Bypassed`. */
export const findBypasses = (host: HostLinks, bindings: readonly EndpointBinding[]): Unbound[] => {
  const intruders = intrudersOf(host);
  return bindings.flatMap(({ endpoint, via }): Unbound[] => {
    const reason = ipvs(host) ?? offloaded(host) ?? (via.kind === 'routed' ? routed(host, via.device) : bridged(host, via)) ?? intruders.get(via.kind === 'routed' ? via.device : via.port);
    return reason === undefined ? [] : [{ endpoint, reason }];
  });
};

const ipvs = ({ ipvsServices = 0 }: HostLinks): string | undefined =>
  ipvsServices === 0 ? undefined : `BypassedIpvs: IPVS balances ${ipvsServices} Services on this host, and what it sends on is not judged; run kube-proxy in mode nftables or iptables, and clear IPVS (ipvsadm -C)`;

/** Whatever device it names: the other end of the connection may be anybody's. */
const offloaded = ({ flowTables = [] }: HostLinks): string | undefined => {
  const [first] = flowTables;
  return first && `BypassedFlowTable: the flow table ${first.name} takes packets of connections on ${first.devices.join(', ')} past the policy once they have begun; delete it (nft delete flowtable ${first.name})`;
};

const routed = ({ paths, links }: HostLinks, device: string): string | undefined => {
  const path = paths?.get(device);
  if (path === undefined) return undefined;
  if (path.masterKind !== undefined) return `BypassedMaster: ${device} is a port of ${links.get(device)?.master ?? 'another device'} (${path.masterKind}), which takes its packets; a pod's interface must be routed by the host itself`;
  if (path.kind !== undefined && shortcuts.has(path.kind)) return `BypassedKind: ${device} is of kind ${path.kind}, by which pods reach each other without the host; use a network of veth pairs`;
  return standingOn(device, path);
};

const bridged = ({ paths, bridgeNetfilter }: HostLinks, { port, bridge }: Extract<EndpointBinding['via'], { kind: 'bridged' }>): string | undefined => {
  const [ofPort, ofBridge] = [paths?.get(port), paths?.get(bridge)];
  if (ofPort?.masterKind !== undefined && ofPort.masterKind !== 'bridge') return `BypassedMaster: ${port} is a port of ${bridge}, which is of kind ${ofPort.masterKind} and no bridge of the kernel; its frames do not pass our hooks`;
  // A frame that comes tagged by a port that is not ours is not shown to the IP hooks, and has no tag any more where it goes out to the machine.
  if (ofBridge?.filtersVlans === true && bridgeNetfilter.tagged !== true) return `BypassedVlan: the bridge ${bridge} knows VLANs (vlan_filtering), and frames that come tagged do not pass the IP hooks here: set net.bridge.bridge-nf-filter-vlan-tagged to 1`;
  return (ofPort && standingOn(port, ofPort)) ?? (ofBridge && standingOn(bridge, ofBridge));
};

const standingOn = (device: string, { hasXdp, programs, filters }: LinkPath): string | undefined => {
  if (hasXdp) return `BypassedXdp: a program of XDP takes packets on ${device} before the policy sees them; take it off (ip link set dev ${device} xdp off)`;
  const [place] = programs;
  if (place !== undefined) return `BypassedProgram: a BPF program stands at ${device} (${place}) and may send packets past the policy; detach it (bpftool net list dev ${device})`;
  const filter = filters.find(isDetour);
  if (filter === undefined) return undefined;
  const take = `take it off (tc filter del dev ${device} ${filter.side})`;
  if (filter.kind === 'bpf') return `BypassedProgram: the BPF program ${filter.program ?? 'without a name'} is a filter of ${device} (${filter.side}) and may send packets past the policy; ${take}`;
  return `BypassedFilter: a filter of ${device} (${filter.kind}, ${filter.side}) sends packets to ${targetOf(filter)} past the policy; ${take}`;
};

const targetOf = ({ redirects }: PathFilter): string => redirects.find((one) => one.kind !== 'ifb')?.name ?? 'a link that is gone';

/** An ifb, where bandwidth is shaped, gives packets back to where they were taken. */
const isDetour = ({ kind, redirects }: PathFilter): boolean => kind === 'bpf' || redirects.some((to) => to.kind !== 'ifb');

/** Reasons by the device that other devices' filters send packets to. */
const intrudersOf = ({ paths }: HostLinks): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [from, { kind, filters }] of paths ?? [])
    for (const filter of filters)
      for (const { name } of filter.redirects)
        if (name !== undefined && kind !== 'ifb') found.set(name, `BypassedFilter: a filter of ${from} (${filter.kind}, ${filter.side}) sends packets straight to ${name}, past the policy; take it off (tc filter del dev ${from} ${filter.side})`);
  return found;
};
