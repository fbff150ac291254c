/**
 * Groups put in the place of their names.
 *
 * A rule that names a group which does not exist is an invalid rule (semantics.md section 5): an allow matches nothing, another one drops
 * for its policy's subjects. If the subjects name it, the policy applies to nothing.
 *
 * @module
 */
import type { Group } from './group.ts';
import { GroupResolver } from './group-resolver.ts';
import type { PolicyError } from './policy-error.ts';
import type { Policy } from './policy.ts';
import { fault, type Path } from './reading.ts';
import { spoil } from './rule-draft.ts';
import type { Direction, Peer, Rule } from './rule.ts';

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
  readonly resolver: GroupResolver;
  readonly home: string | undefined;
}

interface Standing<T> {
  readonly is: T;
  readonly errors: readonly PolicyError[];
}

const resolveRule = (rule: Rule, path: Path, { resolver, home }: Naming): Standing<Rule> => {
  if (rule.peers.kind !== 'set') return { is: rule, errors: [] };
  const resolved = rule.peers.peers.map((peer, i) => resolver.resolve(peer, [...path, i], { depth: 0, home }));
  const errors = resolved.flatMap((one) => one.errors);
  return { is: errors.length > 0 ? spoil(rule) : { ...rule, peers: { kind: 'set', peers: resolved.map(({ peer }) => peer) } }, errors };
};

const resolveRules = (rules: readonly Rule[] | undefined, direction: Direction, naming: Naming): Standing<readonly Rule[] | undefined> => {
  if (rules === undefined) return { is: rules, errors: [] };
  const side = direction === 'ingress' ? 'from' : 'to';
  const resolved = rules.map((rule) => resolveRule(rule, ['spec', direction, rule.index, side], naming));
  return { is: resolved.map(({ is }) => is), errors: resolved.flatMap(({ errors }) => errors) };
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

const resolveSubject = (subject: Peer, path: Path, { resolver, home }: Naming): Standing<Peer> => {
  const { peer, errors } = resolver.resolve(subject, path, { depth: 0, home });
  return { is: peer, errors: excludesAddresses(peer) ? [...errors, fault('PEER_CONFLICT', path, 'the group behind not holds addresses, and only workloads can be left out')] : errors };
};

/** Lists of groups never change, and every policy asks about the same one. */
const resolvers = new WeakMap<readonly Group[], GroupResolver>();

const resolverOf = (groups: readonly Group[]): GroupResolver => {
  const resolver = resolvers.get(groups) ?? new GroupResolver(groups);
  resolvers.set(groups, resolver);
  return resolver;
};

export const withGroups = (policy: Policy, groups: readonly Group[]): { readonly policy: Policy; readonly errors: readonly PolicyError[] } => {
  if (!namesGroups(policy)) return { policy, errors: [] };
  const naming: Naming = { resolver: resolverOf(groups), home: policy.ref.namespace };
  const subjects = policy.subjects.map((subject, i) => resolveSubject(subject, ['spec', 'appliedTo', i], naming));
  const [ingress, egress] = [resolveRules(policy.ingress, 'ingress', naming), resolveRules(policy.egress, 'egress', naming)];
  const subjectErrors = subjects.flatMap(({ errors }) => errors);
  return {
    policy: { ...policy, subjects: subjectErrors.length > 0 ? [] : subjects.map(({ is }) => is), ingress: ingress.is, egress: egress.is },
    errors: [...subjectErrors, ...ingress.errors, ...egress.errors],
  };
};

/** What is wrong with a group only because of what else there is, or is not. Whatever names it is invalid in the same way. */
export const groupFaults = ({ ref, members }: Group, groups: readonly Group[]): readonly PolicyError[] => {
  const resolver = resolverOf(groups);
  return members.flatMap((member, i) => resolver.resolve(member, ['spec', 'members', i], { depth: 1, home: ref.namespace }).errors);
};
