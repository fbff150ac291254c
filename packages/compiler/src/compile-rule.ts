/**
 * One rule of a policy, for one subject and direction, as a rule of the plan.
 *
 * Ingress names are resolved at the subject, whoever the peer is. Egress names are resolved at the destination: a prefix
 * has no names, so it never matches together with one (semantics.md 3.1).
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { NamedPort } from '@firsthop/inventory';
import { cidrRange, mergeRanges, subtractRanges } from '@firsthop/netaddr';
import { type Attribution, type PlanAction, type PlanMatch, type PlanPeer, type PlanRule, planRuleId, ruleJson } from '@firsthop/plan';
import type { Action, Direction, Peer, Policy, PortMatch, Rule } from '@firsthop/policy';
import { canonicalWorkloadSelector } from '@firsthop/selector';
import type { NamedGroup, PeerGroups, Who } from './peer-groups.ts';
import { resolveServices } from './resolve-services.ts';

export interface RuleContext {
  readonly policy: Policy;
  readonly direction: Direction;
  /** What port names mean at the subject. */
  readonly names: readonly NamedPort[];
  readonly groups: PeerGroups;
}

const actions: { readonly [A in Action]: PlanAction } = { Allow: 'allow', Drop: 'drop', Reject: 'reject', Pass: 'pass', Delegate: 'delegate' };

const planPeers = (peers: readonly Peer[], groups: PeerGroups): PlanPeer[] => {
  const selectors = new Set(peers.flatMap((peer) => (peer.kind === 'workloads' ? [canonicalWorkloadSelector(peer.selector)] : [])));
  const ranges = mergeRanges(peers.flatMap((peer) => (peer.kind === 'cidr' ? subtractRanges([cidrRange(peer.cidr)], peer.except.map(cidrRange)) : [])));
  return [...[...selectors].map((key): PlanPeer => ({ kind: 'group', group: groups.plain(key) })), ...(ranges.length === 0 ? [] : [{ kind: 'ranges' as const, ranges }])];
};

const whoOf = (rule: Rule): Who[] => {
  if (rule.peers.kind !== 'set') return rule.peers.kind === 'any' ? [undefined] : [];
  return [...new Set(rule.peers.peers.flatMap((peer) => (peer.kind === 'workloads' ? [canonicalWorkloadSelector(peer.selector)] : [])))];
};

/** One match per number that the name stands for, with those peers only who use it so. */
const namedMatches = (port: PortMatch & { readonly kind: 'named' }, rule: Rule, groups: PeerGroups): PlanMatch[] => {
  const byNumber = new Map<string, NamedGroup[]>();
  for (const who of whoOf(rule)) {
    for (const named of groups.named(who, port.name, port.protocol)) {
      const at = `${named.protocol}/${named.number}`;
      byNumber.set(at, [...(byNumber.get(at) ?? []), named]);
    }
  }
  const found = [...byNumber.values()].flatMap((list) => (list[0] === undefined ? [] : [{ list, protocol: list[0].protocol, number: list[0].number }]));
  found.sort((a, b) => a.protocol - b.protocol || a.number - b.number);
  return found.map(({ list, protocol, number }) => ({
    peers: list.map(({ id }) => ({ kind: 'group', group: id })),
    services: { kind: 'set', services: [{ protocol, ports: { first: number, last: number } }] },
  }));
};

const matchesOf = (rule: Rule, { direction, names, groups }: RuleContext): PlanMatch[] => {
  const { peers, ports } = rule;
  if (peers.kind === 'none' || ports.kind === 'none') return [];
  const who: PlanPeer[] = peers.kind === 'any' ? [{ kind: 'any' }] : planPeers(peers.peers, groups);
  if (ports.kind === 'any') return who.length === 0 ? [] : [{ peers: who, services: { kind: 'any' } }];
  const services = resolveServices(ports.ports, direction === 'ingress' ? names : undefined);
  const numbered: PlanMatch[] = who.length === 0 || services.length === 0 ? [] : [{ peers: who, services: { kind: 'set', services } }];
  if (direction === 'ingress') return numbered;
  return [...numbered, ...ports.ports.flatMap((port) => (port.kind === 'named' ? namedMatches(port, rule, groups) : []))];
};

const attributionOf = (rule: Rule, { policy, direction }: RuleContext): Attribution => ({
  reason: 'rule',
  direction,
  ...(policy.form === 'tiered' ? { tier: policy.tier } : {}),
  policy: policy.ref,
  rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id },
});

export const compileRule = (rule: Rule, context: RuleContext): PlanRule => {
  const content = { action: actions[rule.action], matches: matchesOf(rule, context), attribution: attributionOf(rule, context), log: rule.log };
  return { id: planRuleId(contentId(canonicalJson(ruleJson({ id: planRuleId(''), ...content })))), ...content };
};
