/**
 * Group and ClusterGroup (firsthop.dev/v1alpha1). An invalid group is absent, and what names it is invalid (group-standing.ts): a group
 * without one of its members would let a denial go by.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { Origin } from './bind-selector.ts';
import type { Group } from './group.ts';
import { policyLimits } from './limits.ts';
import { readIdentity } from './object-identity.ts';
import { capErrors, errorsOf, type ForeignRecord, isAbsent, type Read, readItems, readList, readObject, refuse, unknownFields } from './reading.ts';
import type { Peer } from './rule.ts';
import { readSecurityPeer } from './security-policy-peer.ts';

const groupsIn = (peer: Peer): number => {
  switch (peer.kind) {
    case 'group':
      return 1;
    case 'every':
    case 'some':
      return peer.peers.reduce((sum, one) => sum + groupsIn(one), 0);
    case 'not':
      return groupsIn(peer.peer);
    case 'workloads':
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
      return 0;
  }
};

const readMembers = (raw: unknown, origin: Origin): Read<readonly Peer[]> => {
  const path = ['spec', 'members'];
  if (isAbsent(raw)) return refuse('REQUIRED', path, 'a list of members is expected here; [] means nobody');
  const items = readList(raw, path, policyLimits.groupMembers);
  if (!items.ok) return items;
  const members = readItems(items.value, path, (item, at) => readSecurityPeer(item, at, { origin, beholder: 'nobody', rule: undefined, depth: 0 }));
  if (!members.ok) return members;
  const inner = members.value.reduce((sum, member) => sum + groupsIn(member), 0);
  return inner > policyLimits.groupsInGroup ? refuse('TOO_LARGE', path, `${inner} groups in it, and at most ${policyLimits.groupsInGroup} are read`) : members;
};

export interface GroupContext {
  readonly kind: 'Group' | 'ClusterGroup';
  readonly cluster: string;
}

export const parseGroup = (object: ForeignRecord, { kind, cluster }: GroupContext): Read<Group> => {
  const identity = readIdentity(object);
  const spec = readObject(object.get('spec'), ['spec'], '{members}');
  if (!identity.ok || !spec.ok) return fail([...errorsOf(identity), ...errorsOf(spec)]);
  const { name, namespace } = identity.value;
  const ref = { cluster, ...(kind === 'Group' ? { namespace } : {}), name };
  const unknown = [...unknownFields(object, ['apiVersion', 'kind', 'metadata', 'spec', 'status'], []), ...unknownFields(spec.value, ['members'], ['spec'])];
  const members = readMembers(spec.value.get('members'), { cluster, namespace: kind === 'Group' ? namespace : undefined });
  if (unknown.length > 0 || !members.ok) return fail(capErrors([...unknown, ...errorsOf(members)], policyLimits.errors));
  return ok({ ref, members: members.value });
};
