/**
 * Peers of policy.networking.k8s.io: exactly one field each. What has none that is known here spoils its rule, which is what the API
 * asks for: "fail closed" is matching nothing for an Allow, and denying everything for a Deny or a Pass.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { parseLabelSelector } from '@firsthop/selector';
import { homeCluster, type Origin } from './bind-selector.ts';
import { readCidr } from './cidr-peer.ts';
import type { KubeDialect } from './kube-dialect.ts';
import { readKubeNamespaces, readKubePods } from './kube-selector.ts';
import { policyLimits } from './limits.ts';
import { readNamesPeer } from './names-peer.ts';
import { isAbsent, type Path, type Read, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import type { Action, Direction, Peer } from './rule.ts';

export interface KubePeerContext {
  readonly direction: Direction;
  readonly origin: Origin;
  readonly dialect: KubeDialect;
  readonly action: Action;
}

const fields: Readonly<Record<Direction, readonly string[]>> = { ingress: ['namespaces', 'pods'], egress: ['namespaces', 'pods', 'nodes', 'networks', 'domainNames'] };

/** Any of the items; an empty list is nobody's, and refused. */
const readSome = (raw: unknown, path: Path, read: (item: unknown, path: Path) => Read<Peer>): Read<Peer> => {
  const items = readList(raw, path, policyLimits.peersPerRule);
  if (!items.ok) return items;
  if (items.value.length === 0) return refuse('PEER_EMPTY', path, 'at least one is expected here');
  const peers = readItems(items.value, path, read);
  if (!peers.ok) return peers;
  const [only] = peers.value;
  return ok(only !== undefined && peers.value.length === 1 ? only : { kind: 'some', peers: peers.value });
};

const readNetwork = (raw: unknown, path: Path): Read<Peer> => {
  const cidr = readCidr(raw, path);
  return cidr.ok ? ok({ kind: 'cidr', cidr: cidr.value, except: [] }) : cidr;
};

const readNodes = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const labels = parseLabelSelector(raw, path);
  return labels.ok ? ok({ kind: 'nodes', clusters: homeCluster(origin), labels: labels.value }) : labels;
};

const readField = (field: string, raw: unknown, path: Path, { origin, dialect, action }: KubePeerContext): Read<Peer> => {
  switch (field) {
    case 'namespaces':
      return readKubeNamespaces(raw, path, origin);
    case 'pods':
      return readKubePods(raw, path, origin, dialect);
    case 'nodes':
      return readNodes(raw, path, origin);
    case 'networks':
      return readSome(raw, path, readNetwork);
    default:
      return action === 'Allow' ? readSome(raw, path, readNamesPeer) : refuse('PEER_CONFLICT', path, 'names can only be allowed: deny everything in a rule below the one that allows them');
  }
};

export const readKubePeer = (raw: unknown, path: Path, context: KubePeerContext): Read<Peer> => {
  const peer = readObject(raw, path, 'a peer');
  if (!peer.ok) return peer;
  const known = fields[context.direction];
  const unknown = unknownFields(peer.value, known, path);
  if (unknown.length > 0) return fail(unknown);
  const written = known.filter((field) => !isAbsent(peer.value.get(field)));
  const [field] = written;
  if (field === undefined) return refuse('PEER_EMPTY', path, `a peer is one of ${known.join(', ')}; an empty one is not "everybody"`);
  if (written.length > 1) return refuse('PEER_CONFLICT', path, `${written.join(' and ')} exclude each other: make peers of their own of them`);
  return readField(field, peer.value.get(field), [...path, field], context);
};
