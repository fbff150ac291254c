/**
 * Peers of SecurityPolicy, ClusterSecurityPolicy, Group and ClusterGroup: fields of one entry are AND, entries are OR.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { parseLabelSelector } from '@firsthop/selector';
import type { Origin } from './bind-selector.ts';
import { readCidrPeer } from './cidr-peer.ts';
import { readNamesPeer } from './names-peer.ts';
import { errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readObject, refuse, unknownFields } from './reading.ts';
import type { Action, Direction, Peer } from './rule.ts';
import { type Beholder, readClusterScope } from './security-policy-namespaces.ts';
import { readPlacedReference, readReference, readWorkloads, workloadFields } from './security-policy-workloads.ts';

/** Where an entry stands, which decides what may be written there. */
export interface PeerPlace {
  readonly origin: Origin;
  readonly beholder: Beholder;
  /** Undefined: in a group, which may be used by rules of every kind. */
  readonly rule: { readonly direction: Direction; readonly action: Action } | undefined;
  /** How many `not` it is inside of. */
  readonly depth: number;
}

const addressFields = ['cidr', 'fqdn', 'nodes'];
const known = [...workloadFields, ...addressFields, 'service', 'group', 'scope', 'clusters', 'not'];
/** Deep enough for everything that people understand. */
const deepestNot = 3;

const has = (entry: ForeignRecord, field: string): boolean => !isAbsent(entry.get(field));

/** Names belong into Allow rules of egress, and not below a `not` (names-peer.ts). */
const readFqdn = (raw: unknown, path: Path, { rule, depth }: PeerPlace): Read<Peer> => {
  if (rule === undefined) return refuse('PEER_CONFLICT', path, 'a group holds no names: write fqdn into the rule');
  if (rule.direction === 'ingress') return refuse('PEER_CONFLICT', path, 'names are looked up by those who connect: fqdn is for egress');
  if (rule.action !== 'Allow') return refuse('PEER_CONFLICT', path, 'names can only be allowed: deny everything in a rule below the one that allows them');
  return depth > 0 ? refuse('PEER_CONFLICT', path, '"anybody but a name" would allow whatever its owner likes') : readNamesPeer(raw, path);
};

const readNodes = (entry: ForeignRecord, path: Path, origin: Origin): Read<Peer> => {
  const labels = parseLabelSelector(entry.get('nodes'), [...path, 'nodes']);
  const clusters = readClusterScope(entry, path, origin);
  if (!labels.ok || !clusters.ok) return fail([...errorsOf(labels), ...errorsOf(clusters)]);
  return ok({ kind: 'nodes', clusters: clusters.value, labels: labels.value });
};

const readService = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const service = readPlacedReference(raw, path, origin);
  return service.ok ? ok({ kind: 'service', ...service.value }) : service;
};

export const readGroupPeer = (raw: unknown, path: Path, origin: Origin): Read<Peer> => {
  const group = readReference(raw, path, origin);
  if (!group.ok) return group;
  const { namespace, name } = group.value;
  return ok({ kind: 'group', group: { cluster: origin.cluster, ...(namespace === undefined ? {} : { namespace }), name } });
};

/** "The same labels as a namespace that has none" is nobody, and "anybody but nobody" would be everybody. */
const isTooWide = (peer: Peer, { rule }: PeerPlace): boolean => rule !== undefined && rule.action !== 'Drop' && rule.action !== 'Reject' && hasSameLabels(peer);

const hasSameLabels = (peer: Peer): boolean => {
  switch (peer.kind) {
    case 'workloads':
      return peer.selector.namespaces.kind === 'sameLabels';
    case 'every':
    case 'some':
      return peer.peers.some(hasSameLabels);
    case 'not':
      return hasSameLabels(peer.peer);
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
    case 'group':
      return false;
  }
};

export const readNot = (raw: unknown, path: Path, place: PeerPlace, read: (raw: unknown, path: Path, place: PeerPlace) => Read<Peer>): Read<Peer> => {
  if (place.depth >= deepestNot) return refuse('TOO_LARGE', path, 'too many nots in each other');
  const peer = read(raw, path, { ...place, depth: place.depth + 1 });
  if (!peer.ok) return peer;
  return isTooWide(peer.value, place) ? refuse('PEER_CONFLICT', path, '"not the same labels" is everybody where a label is missing, so it can only be denied: put the same labels into a rule above') : ok({ kind: 'not', peer: peer.value });
};

/** Addresses and workloads are different things: nobody is both, and an entry that asked for both would be nobody. */
const conflictOf = (entry: ForeignRecord, path: Path): Read<undefined> => {
  const addresses = addressFields.filter((field) => has(entry, field));
  const [address] = addresses;
  if (address === undefined) return ok(undefined);
  const others = [...addresses.slice(1), ...[...workloadFields, 'service'].filter((field) => has(entry, field)), ...(address === 'nodes' ? [] : ['scope', 'clusters'].filter((field) => has(entry, field)))];
  return others.length === 0 ? ok(undefined) : refuse('PEER_CONFLICT', path, `${address} beside ${others.join(' and ')} is nobody: make peers of their own of them`);
};

/** A Service is one of the policy's own cluster, and members of a group say their own. */
const scopeConflict = (entry: ForeignRecord, path: Path): Read<undefined> => {
  const field = ['scope', 'clusters'].find((one) => has(entry, one));
  const isUsed = ['nodes', ...workloadFields].some((one) => has(entry, one));
  const bystander = ['service', 'group', 'not'].find((one) => has(entry, one) && (one === 'service' || !isUsed));
  return field === undefined || bystander === undefined ? ok(undefined) : refuse('PEER_CONFLICT', [...path, field], `${field} says nothing about a ${bystander}`);
};

export const everyOf = (peers: readonly Peer[]): Peer => {
  const [only] = peers;
  return only !== undefined && peers.length === 1 ? only : { kind: 'every', peers };
};

/** All or all faults. */
export const collect = (reads: readonly Read<readonly Peer[]>[]): Read<readonly Peer[]> => {
  const errors = reads.flatMap(errorsOf);
  return errors.length > 0 ? fail(errors) : ok(reads.flatMap((one) => (one.ok ? one.value : [])));
};

export const readSecurityPeer = (raw: unknown, path: Path, place: PeerPlace): Read<Peer> => {
  const object = readObject(raw, path, 'a peer');
  if (!object.ok) return object;
  const entry = object.value;
  const unknown = unknownFields(entry, known, path);
  if (unknown.length > 0) return fail(unknown);
  const one = (field: string, read: (raw: unknown, path: Path) => Read<Peer>): Read<readonly Peer[]> => {
    if (!has(entry, field)) return ok([]);
    const peer = read(entry.get(field), [...path, field]);
    return peer.ok ? ok([peer.value]) : peer;
  };
  const conflicts = [conflictOf(entry, path), scopeConflict(entry, path)].flatMap(errorsOf);
  if (conflicts.length > 0) return fail(conflicts);
  const peers = collect([
    readWorkloads(entry, path, place.origin, place.beholder),
    one('cidr', readCidrPeer),
    one('fqdn', (value, at) => readFqdn(value, at, place)),
    one('nodes', () => readNodes(entry, path, place.origin)),
    one('service', (value, at) => readService(value, at, place.origin)),
    one('group', (value, at) => readGroupPeer(value, at, place.origin)),
    one('not', (value, at) => readNot(value, at, place, readSecurityPeer)),
  ]);
  if (!peers.ok) return peers;
  if (peers.value.length === 0) return refuse('PEER_EMPTY', path, 'a peer names somebody; leave the list empty to mean everybody');
  return ok(everyOf(peers.value));
};
