/**
 * Which interface each endpoint of the plan hangs on. Claims nothing that it cannot prove.
 *
 * @module
 */
import { formatAddress } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import type { HostLinks } from './host-links.ts';

export interface Unbound {
  readonly endpoint: string;
  /** For people, with what to do. */
  readonly reason: string;
}

export interface Bindings {
  readonly bindings: readonly EndpointBinding[];
  readonly unbound: readonly Unbound[];
}

export const bindEndpoints = (host: HostLinks, endpoints: readonly PlanEndpoint[]): Bindings => {
  const bindings: EndpointBinding[] = [];
  const unbound: Unbound[] = [];
  for (const endpoint of endpoints) {
    const via = endpoint.kind === 'vm' ? bindMachine(host, endpoint) : bindPod(host, endpoint);
    if (typeof via === 'string') unbound.push({ endpoint: endpoint.id, reason: via });
    else bindings.push({ endpoint: endpoint.id, via });
  }
  return { bindings, unbound };
};

type Bound = EndpointBinding['via'] | string;

/** A pod's interface is the one that all its addresses are routed to. */
const bindPod = ({ direct, links }: HostLinks, { addresses }: PlanEndpoint): Bound => {
  const devices = new Set(addresses.map((address) => direct.get(address)));
  const [device] = devices;
  if (devices.size !== 1) return `its addresses lead to ${[...devices].map((name) => name ?? 'nowhere').join(' and ')}; one interface is expected`;
  if (device === undefined) return `no host route leads to ${addresses.map(formatAddress).join(', ')}: its interface is not there yet, or this network is of an unsupported kind`;
  return links.get(device)?.isUp === true ? { kind: 'routed', device } : `its interface ${device} is down`;
};

/** A machine's interface is the bridge port that its inventory names. */
const bindMachine = ({ links, bridgeNetfilter, paths }: HostLinks, { device, mac, addresses }: PlanEndpoint): Bound => {
  if (device === undefined) return 'its inventory names no device; set spec.interfaces[].device';
  if (mac === undefined) return 'its inventory names no MAC address; set spec.interfaces[].mac';
  const port = links.get(device);
  if (port === undefined) return `there is no interface ${device} on this host`;
  if (port.master === undefined) return `${device} is no port of a bridge`;
  const ofBridge = paths?.get(port.master)?.callsHooks;
  const blind = addresses.map((address) => (typeof address === 'number' ? 4 : 6)).some((family) => !bridgeNetfilter[family] && ofBridge?.[family] !== true);
  if (blind) return 'BypassedBridge: bridged frames do not pass the IP hooks here: set net.bridge.bridge-nf-call-iptables and bridge-nf-call-ip6tables to 1';
  return { kind: 'bridged', bridge: port.master, port: device };
};
