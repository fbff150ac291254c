/**
 * This host's interfaces and routes, as far as endpoints hang on them.
 *
 * @module
 */
import { type Address, addressOfBytes } from '@firsthop/netaddr';
import { linkFlag, type Link as KernelLink, type Route, Rtnetlink, routeTable, routeType, type SocketOptions } from '@firsthop/netlink';
import { readFileSync } from 'node:fs';
import { countIpvsServices, type FlowTable, type LinkPath, readFlowTables, readLinkPaths } from './link-paths.ts';

export interface Link {
  readonly name: string;
  readonly isUp: boolean;
  /** The bridge that it is a port of. */
  readonly master?: string | undefined;
}

export interface HostLinks {
  readonly links: ReadonlyMap<string, Link>;
  /** Device of each host route (/32, /128) that leads straight to an interface. */
  readonly direct: ReadonlyMap<Address, string>;
  /** Whether the host's IP hooks see bridged frames, per family, and those that bear a tag of a VLAN (undefined: no). */
  readonly bridgeNetfilter: { readonly 4: boolean; readonly 6: boolean; readonly tagged?: boolean };
  /** What stands on each link. Undefined: nobody looked, as on a machine on paper. */
  readonly paths?: ReadonlyMap<string, LinkPath>;
  /** Services that IPVS balances. */
  readonly ipvsServices?: number;
  /** Of anybody. */
  readonly flowTables?: readonly FlowTable[];
}

const isOn = (file: string): boolean => {
  try {
    return readFileSync(`/proc/sys/net/bridge/${file}`, 'utf8').trim() === '1';
  } catch {
    return false;
  }
};

/** IPv6 lists even routes that lead nowhere as if they led to the loopback, so their type counts. */
const isDirect = ({ type, gateway, destination, prefixLength }: Route): boolean => type === routeType.unicast && gateway === undefined && prefixLength === 8 * destination.length;

/** What the kernel lists, as far as endpoints hang on it. Of several routes to one address the one that counts is the one with the lowest priority. */
export const readHostLinks = (links: readonly KernelLink[], routes: readonly Route[]): Pick<HostLinks, 'links' | 'direct'> => {
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const nameOf = (index: number | undefined): string | undefined => (index === undefined ? undefined : names.get(index));
  const descending = routes.filter(isDirect).sort((a, b) => b.priority - a.priority);
  return {
    links: new Map(links.map(({ name, flags, master }) => [name, { name, isUp: (flags & linkFlag.up) !== 0, master: nameOf(master) }])),
    direct: new Map(descending.flatMap(({ destination, link }): [Address, string][] => {
      const device = nameOf(link);
      return device === undefined ? [] : [[addressOfBytes(destination), device]];
    })),
  };
};

/** Rejects with a `KernelError` where the kernel does not answer. `namespace`: another than our own, though `bridgeNetfilter` is always ours. */
export const listLinks = async (options: Pick<SocketOptions, 'namespace'> = {}): Promise<HostLinks> => {
  const kernel = new Rtnetlink(options);
  try {
    const routes = [...kernel.routes('ip', routeTable.main), ...kernel.routes('ip6', routeTable.main)];
    // After the routes: a device that one leads to and that was made meanwhile has its name.
    const links = kernel.links();
    return { ...readHostLinks(links, routes), paths: readLinkPaths(kernel, links, options.namespace), ipvsServices: countIpvsServices(options), flowTables: readFlowTables(options), bridgeNetfilter: { 4: isOn('bridge-nf-call-iptables'), 6: isOn('bridge-nf-call-ip6tables'), tagged: isOn('bridge-nf-filter-vlan-tagged') } };
  } finally {
    kernel.close();
  }
};
