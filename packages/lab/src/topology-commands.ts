/**
 * The commands of iproute2 that make a topology. Pure: lines in, nothing run.
 *
 * @module
 */
import { type Address, familyOf, formatAddress } from '@firsthop/netaddr';
import { gateway, type LabNode, type LabWorkload, managerAddresses, type NamespaceName, ofFamily, outsideRouter, type Topology, uplink, vmBridge } from './topology.ts';

/** Lines of `ip -batch`, by the namespace to run them in; `undefined` = the host's, for making namespaces and links. Order matters. */
export interface Step {
  readonly namespace: NamespaceName | undefined;
  readonly lines: readonly string[];
}

const host = (address: Address): string => `${formatAddress(address)}/${typeof address === 'number' ? 32 : 128}`;
const addAddress = (address: Address, device: string): string => `addr add ${host(address)} dev ${device}${typeof address === 'number' ? '' : ' nodad'}`;
const onLink = (address: Address, device: string): string => `route replace ${host(address)} dev ${device}`;
const via = (address: Address, router: Address, device: string): string => `route replace ${host(address)} via ${formatAddress(router)} dev ${device}`;
const defaultVia = (router: Address, device: string): string => `route replace default via ${formatAddress(router)} dev ${device}`;
const sameFamily = (of: Address, among: readonly Address[]): Address | undefined => ofFamily(among, familyOf(of))[0];

export const namespaceSteps = (topology: Topology): Step[] => [{ namespace: undefined, lines: [topology.wire, topology.outside, ...topology.nodes.map((node) => node.namespace)].map((name) => `netns add ${name}`) }];

const plug = (topology: Topology, port: string, namespace: NamespaceName): string => `link add ${port} netns ${topology.wire} type veth peer name ${uplink} netns ${namespace}`;

/** The wire, the outside and the nodes, with routes among them. */
export const underlaySteps = (topology: Topology): Step[] => {
  const ports = ['w-out', ...topology.nodes.map((_, i) => `w-n${i}`)];
  const managers = [...new Set(topology.nodes.map((node) => node.cluster))].flatMap((_, i) => managerAddresses(i));
  const everybody = [...topology.nodes.flatMap((node) => node.addresses), ...outsideRouter, ...managers];
  const attach = (own: readonly Address[], namespace: NamespaceName): Step => ({
    namespace,
    lines: ['link set lo up', `link set ${uplink} up`, ...own.map((address) => addAddress(address, uplink)), ...everybody.filter((address) => !own.includes(address)).map((address) => onLink(address, uplink))],
  });
  return [
    { namespace: undefined, lines: [plug(topology, 'w-out', topology.outside), ...topology.nodes.map((node, i) => plug(topology, `w-n${i}`, node.namespace))] },
    {
      namespace: topology.wire,
      lines: [
        'link set lo up', 'link add wire0 type bridge', 'link set wire0 up',
        ...ports.flatMap((port) => [`link set ${port} master wire0`, `link set ${port} up`]),
        ...managers.map((address) => addAddress(address, 'wire0')),
        ...everybody.filter((address) => !managers.includes(address)).map((address) => onLink(address, 'wire0')),
      ],
    },
    attach(outsideRouter, topology.outside),
    ...topology.nodes.map((node): Step => {
      const { namespace, lines } = attach(node.addresses, node.namespace);
      const defaults = outsideRouter.filter((router) => sameFamily(router, node.addresses) !== undefined).map((router) => defaultVia(router, uplink));
      return { namespace, lines: [...lines, ...defaults, `link add ${vmBridge} type bridge`, `link set ${vmBridge} up`, ...gatewayLines(vmBridge)] };
    }),
    outsideAddressStep(topology, topology.outsideAddresses),
  ];
};

export const outsideAddressStep = (topology: Topology, addresses: readonly Address[]): Step => ({
  namespace: topology.outside,
  lines: addresses.map((address) => `addr replace ${host(address)} dev lo`),
});

const gatewayLines = (device: string): string[] => [addAddress(gateway[4], device), `addr add fe80::1/64 dev ${device} nodad`];

/** One workload: its namespace, its veth, its routes here and everywhere else. */
export const workloadSteps = (topology: Topology, workload: LabWorkload): Step[] => {
  const { namespace, node, device, mac, addresses } = workload;
  const isVm = workload.kind === 'vm';
  const nic = isVm ? 'nic0' : 'eth0';
  const reach = isVm ? vmBridge : device;
  const neighbours = isVm ? sameBridge(topology, workload) : [];
  return [
    { namespace: undefined, lines: [`netns add ${namespace}`, `link add ${device} netns ${node.namespace} type veth peer name ${nic} address ${mac} netns ${namespace}`] },
    { namespace: node.namespace, lines: [...(isVm ? [`link set ${device} master ${vmBridge}`] : gatewayLines(device)), `link set ${device} up`, ...addresses.map((address) => onLink(address, reach))] },
    {
      namespace,
      lines: [
        'link set lo up', `link set ${nic} up`,
        ...addresses.map((address) => addAddress(address, nic)),
        ...addresses.flatMap((address) => (familyOf(address) === 4 ? [onLink(gateway[4], nic), defaultVia(gateway[4], nic)] : [defaultVia(gateway[6], nic)])),
        ...neighbours.flatMap((other) => other.addresses.map((address) => onLink(address, nic))),
      ],
    },
    ...neighbours.map((other): Step => ({ namespace: other.namespace, lines: addresses.map((address) => onLink(address, 'nic0')) })),
    ...remoteRoutes(topology, workload),
  ];
};

/** Virtual machines of one bridge reach each other on the link, not through the node. */
const sameBridge = (topology: Topology, workload: LabWorkload): LabWorkload[] =>
  topology.workloads.filter((other) => other.kind === 'vm' && other.node === workload.node && other.namespace !== workload.namespace && isEarlier(topology, other, workload));

const isEarlier = (topology: Topology, a: LabWorkload, b: LabWorkload): boolean => {
  const [i, j] = [topology.workloads.indexOf(a), topology.workloads.indexOf(b)];
  return j < 0 || i < j;
};

/** How all others reach a workload: through its node. */
const remoteRoutes = (topology: Topology, { node, addresses }: LabWorkload): Step[] => {
  const others: { namespace: NamespaceName; device: string }[] = topology.nodes.filter((other) => other !== node).map((other) => ({ namespace: other.namespace, device: uplink }));
  return [...others, { namespace: topology.outside, device: uplink }].map(({ namespace, device }) => ({ namespace, lines: throughNode(addresses, node, device) }));
};

const throughNode = (addresses: readonly Address[], node: LabNode, device: string): string[] =>
  addresses.flatMap((address) => {
    const router = sameFamily(address, node.addresses);
    return router === undefined ? [] : [via(address, router, device)];
  });

/** Settings under /proc/sys/net, to be written before any link exists there. */
export const settingsOf = (role: 'node' | 'workload' | 'outside' | 'wire'): readonly (readonly [path: string, value: string])[] => {
  const noDad = ['all', 'default'].map((which): [string, string] => [`ipv6/conf/${which}/accept_dad`, '0']);
  if (role !== 'node') return noDad;
  return [
    ...noDad,
    ['ipv4/ip_forward', '1'],
    ['ipv6/conf/all/forwarding', '1'],
    ['ipv4/conf/all/rp_filter', '0'],
    ['ipv4/conf/default/rp_filter', '0'],
    ['ipv4/conf/all/send_redirects', '0'],
    ['ipv4/conf/default/send_redirects', '0'],
    ['bridge/bridge-nf-call-iptables', '1'],
    ['bridge/bridge-nf-call-ip6tables', '1'],
  ];
};
