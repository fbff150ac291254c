/**
 * Groups put in the place of their names.
 *
 * A rule that names a group which does not exist is an invalid rule (semantics.md section 5): an allow matches nothing, another one drops
 * for its policy's subjects. If the subjects name it, the policy applies to nothing.
 *
 * @module
 */
import type { Group } from './group.ts';
import { groupKey, type GroupRef } from './group-ref.ts';
import type { PolicyError } from './policy-error.ts';
import type { Policy } from './policy.ts';
import { fault, type Path } from './reading.ts';
import { spoil } from './rule-draft.ts';
import type { Direction, Peer, Rule } from './rule.ts';

/** A group in a policy, and one in that group. */
const deepest = 2;

interface At {
  /** Groups that it is inside of. */
  readonly depth: number;
  /** The namespace of whatever names the group. */
  readonly home: string | undefined;
}

class Resolver {
  readonly errors: PolicyError[] = [];
  readonly #groups: ReadonlyMap<string, Group>;

  constructor(groups: ReadonlyMap<string, Group>) {
    this.#groups = groups;
  }

  peer(peer: Peer, path: Path, at: At): Peer {
    switch (peer.kind) {
      case 'group':
        return this.#members(peer.group, path, at);
      case 'every':
      case 'some':
        return { ...peer, peers: peer.peers.map((one) => this.peer(one, path, at)) };
      case 'not':
        return { kind: 'not', peer: this.peer(peer.peer, path, at) };
      case 'workloads':
      case 'cidr':
      case 'nodes':
      case 'service':
      case 'names':
        return peer;
    }
  }

  #members(ref: GroupRef, path: Path, { depth, home }: At): Peer {
    const group = this.#find(ref, home);
    const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    if (group === undefined) this.errors.push(fault('NOT_FOUND', path, `there is no group ${name}; create it, or correct the name`));
    else if (depth >= deepest) this.errors.push(fault('TOO_LARGE', path, `group ${name} is nested too deeply, or in itself: a group in a group is the most`));
    const members = group === undefined || depth >= deepest ? [] : group.members;
    return { kind: 'some', peers: members.map((member) => this.peer(member, path, { depth: depth + 1, home: group?.ref.namespace })) };
  }

  /** The own namespace's group first, and then the ClusterGroup; of another namespace only its own. */
  #find(ref: GroupRef, home: string | undefined): Group | undefined {
    const own = this.#groups.get(groupKey(ref));
    return own !== undefined || ref.namespace !== home ? own : this.#groups.get(groupKey({ cluster: ref.cluster, name: ref.name }));
  }
}

const hasGroup = (peer: Peer): boolean => {
  switch (peer.kind) {
    case 'group':
      return true;
    case 'every':
    case 'some':
      return peer.peers.some(hasGroup);
    case 'not':
      return hasGroup(peer.peer);
    case 'workloads':
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
      return false;
  }
};

const namesGroups = ({ subjects, ingress, egress }: Policy): boolean =>
  subjects.some(hasGroup) || [...(ingress ?? []), ...(egress ?? [])].some(({ peers }) => peers.kind === 'set' && peers.peers.some(hasGroup));

interface Naming {
  readonly groups: ReadonlyMap<string, Group>;
  readonly home: string | undefined;
}

const resolveRule = (rule: Rule, path: Path, { groups, home }: Naming): { readonly rule: Rule; readonly errors: readonly PolicyError[] } => {
  if (rule.peers.kind !== 'set') return { rule, errors: [] };
  const resolver = new Resolver(groups);
  const peers = rule.peers.peers.map((peer, i) => resolver.peer(peer, [...path, i], { depth: 0, home }));
  return { rule: resolver.errors.length > 0 ? spoil(rule) : { ...rule, peers: { kind: 'set', peers } }, errors: resolver.errors };
};

const resolveRules = (rules: readonly Rule[] | undefined, direction: Direction, naming: Naming): { readonly rules: readonly Rule[] | undefined; readonly errors: readonly PolicyError[] } => {
  if (rules === undefined) return { rules, errors: [] };
  const side = direction === 'ingress' ? 'from' : 'to';
  const resolved = rules.map((rule) => resolveRule(rule, ['spec', direction, rule.index, side], naming));
  return { rules: resolved.map(({ rule }) => rule), errors: resolved.flatMap(({ errors }) => errors) };
};

/** An address in a group governs nobody, and "everybody but an address" is not sayable of workloads. */
const excludesAddresses = (peer: Peer, isNegated = false): boolean => {
  switch (peer.kind) {
    case 'every':
    case 'some':
      return peer.peers.some((one) => excludesAddresses(one, isNegated));
    case 'not':
      return excludesAddresses(peer.peer, true);
    case 'cidr':
    case 'nodes':
    case 'service':
    case 'names':
      return isNegated;
    case 'workloads':
    case 'group':
      return false;
  }
};

const resolveSubject = (subject: Peer, path: Path, { groups, home }: Naming): { readonly subject: Peer; readonly errors: readonly PolicyError[] } => {
  const resolver = new Resolver(groups);
  const resolved = resolver.peer(subject, path, { depth: 0, home });
  return { subject: resolved, errors: excludesAddresses(resolved) ? [...resolver.errors, fault('PEER_CONFLICT', path, 'the group behind not holds addresses, and only workloads can be left out')] : resolver.errors };
};

export const withGroups = (policy: Policy, groups: readonly Group[]): { readonly policy: Policy; readonly errors: readonly PolicyError[] } => {
  if (!namesGroups(policy)) return { policy, errors: [] };
  const naming: Naming = { groups: new Map(groups.map((group) => [groupKey(group.ref), group])), home: policy.ref.namespace };
  const subjects = policy.subjects.map((subject, i) => resolveSubject(subject, ['spec', 'appliedTo', i], naming));
  const [ingress, egress] = [resolveRules(policy.ingress, 'ingress', naming), resolveRules(policy.egress, 'egress', naming)];
  const subjectErrors = subjects.flatMap(({ errors }) => errors);
  return {
    policy: { ...policy, subjects: subjectErrors.length > 0 ? [] : subjects.map(({ subject }) => subject), ingress: ingress.rules, egress: egress.rules },
    errors: [...subjectErrors, ...ingress.errors, ...egress.errors],
  };
};

/** What is wrong with a group only because of what else there is, or is not. Whatever names it is invalid in the same way. */
export const groupFaults = ({ ref, members }: Group, groups: readonly Group[]): readonly PolicyError[] => {
  const resolver = new Resolver(new Map(groups.map((group) => [groupKey(group.ref), group])));
  for (const [i, member] of members.entries()) resolver.peer(member, ['spec', 'members', i], { depth: 1, home: ref.namespace });
  return resolver.errors;
};
