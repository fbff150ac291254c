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

class Resolver {
  readonly errors: PolicyError[] = [];
  readonly #groups: ReadonlyMap<string, Group>;

  constructor(groups: ReadonlyMap<string, Group>) {
    this.#groups = groups;
  }

  peer(peer: Peer, path: Path, depth = 0): Peer {
    switch (peer.kind) {
      case 'group':
        return this.#members(peer.group, path, depth + 1);
      case 'every':
      case 'some':
        return { ...peer, peers: peer.peers.map((one) => this.peer(one, path, depth)) };
      case 'not':
        return { kind: 'not', peer: this.peer(peer.peer, path, depth) };
      case 'workloads':
      case 'cidr':
      case 'nodes':
      case 'service':
      case 'names':
        return peer;
    }
  }

  #members(ref: GroupRef, path: Path, depth: number): Peer {
    const group = this.#find(ref);
    const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    if (group === undefined) this.errors.push(fault('NOT_FOUND', path, `there is no group ${name}; create it, or correct the name`));
    else if (depth > deepest) this.errors.push(fault('TOO_LARGE', path, `group ${name} is nested too deeply: a group in a group is the most`));
    const members = group === undefined || depth > deepest ? [] : group.members;
    return { kind: 'some', peers: members.map((member) => this.peer(member, path, depth)) };
  }

  /** A name without a namespace means the policy's own group first, and then the ClusterGroup. */
  #find(ref: GroupRef): Group | undefined {
    return this.#groups.get(groupKey(ref)) ?? this.#groups.get(groupKey({ cluster: ref.cluster, name: ref.name }));
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

const resolveRule = (rule: Rule, path: Path, groups: ReadonlyMap<string, Group>): { readonly rule: Rule; readonly errors: readonly PolicyError[] } => {
  if (rule.peers.kind !== 'set') return { rule, errors: [] };
  const resolver = new Resolver(groups);
  const peers = rule.peers.peers.map((peer, i) => resolver.peer(peer, [...path, i]));
  return { rule: resolver.errors.length > 0 ? spoil(rule) : { ...rule, peers: { kind: 'set', peers } }, errors: resolver.errors };
};

const resolveRules = (rules: readonly Rule[] | undefined, direction: Direction, groups: ReadonlyMap<string, Group>): { readonly rules: readonly Rule[] | undefined; readonly errors: readonly PolicyError[] } => {
  if (rules === undefined) return { rules, errors: [] };
  const side = direction === 'ingress' ? 'from' : 'to';
  const resolved = rules.map((rule) => resolveRule(rule, ['spec', direction, rule.index, side], groups));
  return { rules: resolved.map(({ rule }) => rule), errors: resolved.flatMap(({ errors }) => errors) };
};

export const withGroups = (policy: Policy, groups: readonly Group[]): { readonly policy: Policy; readonly errors: readonly PolicyError[] } => {
  if (!namesGroups(policy)) return { policy, errors: [] };
  const byKey = new Map(groups.map((group) => [groupKey(group.ref), group]));
  const resolver = new Resolver(byKey);
  const subjects = policy.subjects.map((subject, i) => resolver.peer(subject, ['spec', 'appliedTo', i]));
  const [ingress, egress] = [resolveRules(policy.ingress, 'ingress', byKey), resolveRules(policy.egress, 'egress', byKey)];
  return {
    policy: { ...policy, subjects: resolver.errors.length > 0 ? [] : subjects, ingress: ingress.rules, egress: egress.rules },
    errors: [...resolver.errors, ...ingress.errors, ...egress.errors],
  };
};
