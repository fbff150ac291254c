/**
 * Rules and connections in plain words, for people who ask why.
 *
 * @module
 */
import { formatAddress, formatCidr, formatPortRange, protocolName } from '@firsthop/netaddr';
import { canonicalSelector, type ClusterScope, type LabelSelector, type RelativeSelector } from '@firsthop/selector';
import type { Peer, Peers, PortMatch, Ports } from '../rule.ts';
import type { Question } from './question.ts';
import { workloadsAt } from './view.ts';
import type { Probe } from './world.ts';

/** Longer lists are cut: the first few say what kind of thing is meant. */
const MOST_ITEMS = 4;
const list = (items: readonly string[]): string => (items.length <= MOST_ITEMS ? items.join(' or ') : `${items.slice(0, MOST_ITEMS).join(' or ')} or ${items.length - MOST_ITEMS} more`);

export const describeProbePort = ({ protocol, port, icmp }: Probe): string => {
  if (icmp !== undefined) return `${protocolName(protocol)} type ${icmp.type} code ${icmp.code}`;
  return port === undefined ? protocolName(protocol) : `${protocolName(protocol)} ${port}`;
};

const describePort = (port: PortMatch): string => {
  switch (port.kind) {
    case 'range':
      return port.range.first === 0 && port.range.last === 65_535 ? port.protocol : `${port.protocol} ${formatPortRange(port.range)}`;
    case 'named':
      return `${port.protocol === undefined ? '' : `${port.protocol} `}"${port.name}"`;
    case 'icmp':
      return `${port.protocol}${port.type === undefined ? '' : ` type ${port.type}`}${port.code === undefined ? '' : ` code ${port.code}`}`;
    case 'protocol':
      return `protocol ${port.number}`;
  }
};

export const describePorts = (ports: Ports): string => (ports.kind === 'set' ? list(ports.ports.map(describePort)) : ports.kind === 'any' ? 'every port' : 'no port');

/** `role in (web)` is `role=web` to people. */
const describeLabels = (selector: LabelSelector): string => canonicalSelector(selector).replaceAll(/(\S+) in \(([^,()]+)\)/g, '$1=$2');

const describeNamespaces = ({ namespaces }: RelativeSelector): string => {
  switch (namespaces.kind) {
    case 'any':
      return 'any namespace';
    case 'named':
      return `namespace ${namespaces.namespace}`;
    case 'labels':
      return namespaces.selector.requirements.length === 0 ? 'any namespace' : `namespaces with ${describeLabels(namespaces.selector)}`;
    case 'self':
      return 'the same namespace';
    case 'sameLabels':
      return `namespaces with the same ${namespaces.keys.join(', ')}`;
  }
};

const KINDS = { pod: 'pods', vm: 'virtual machines', host: 'hosts' } as const;

const describeClusters = (clusters: ClusterScope): string => (clusters.kind === 'any' ? ' of every cluster' : clusters.kind === 'labels' ? ` of clusters with ${describeLabels(clusters.selector)}` : '');

const describeWorkloads = (selector: RelativeSelector): string => {
  const { kind, clusters, labels, serviceAccount } = selector;
  const who = `${KINDS[kind]}${labels.requirements.length === 0 ? '' : ` with ${describeLabels(labels)}`}${serviceAccount === undefined ? '' : ` of service account ${serviceAccount}`}`;
  return kind === 'host' ? `${who}${describeClusters(clusters)}` : `${who} in ${describeNamespaces(selector)}${describeClusters(clusters)}`;
};

export const describePeer = (peer: Peer): string => {
  switch (peer.kind) {
    case 'workloads':
      return describeWorkloads(peer.selector);
    case 'cidr':
      return `${formatCidr(peer.cidr)}${peer.except.length === 0 ? '' : ` except ${peer.except.map(formatCidr).join(', ')}`}`;
    case 'nodes':
      return `nodes${peer.labels.requirements.length === 0 ? '' : ` with ${describeLabels(peer.labels)}`}${describeClusters(peer.clusters)}`;
    case 'service':
      return `the pods of Service ${peer.namespace}/${peer.name}`;
    case 'names':
      return `the addresses of ${peer.pattern}`;
    case 'group':
      return `group ${peer.group.name}`;
    case 'every':
      return peer.peers.length === 0 ? 'anybody' : peer.peers.map(describePeer).join(' and ');
    case 'some':
      return peer.peers.length === 0 ? 'nobody' : list(peer.peers.map(describePeer));
    case 'not':
      return `anybody but ${describePeer(peer.peer)}`;
  }
};

export const describePeers = (peers: Peers): string => (peers.kind === 'set' ? list(peers.peers.map(describePeer)) : peers.kind === 'any' ? 'anybody' : 'nobody');

/** Who is on the other side: its name and labels where somebody is known there, else the address. */
export const describeRemote = ({ view, remote }: Question): string => {
  const [workload] = workloadsAt(view, remote);
  if (workload === undefined) return formatAddress(remote);
  const labels = [...workload.labels].map(([key, value]) => `${key}=${value}`);
  const name = workload.kind === 'host' ? `host:${workload.name}` : `${workload.kind === 'vm' ? 'vm:' : ''}${workload.namespace}/${workload.name}`;
  return `${name} has ${labels.length === 0 ? 'no labels' : labels.join(', ')}`;
};
