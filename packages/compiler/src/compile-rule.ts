/**
 * One rule of a policy, for one subject and direction, as a rule of the plan.
 *
 * Ingress names are resolved at the subject, whoever the peer is. Egress names are resolved at the destination: what names addresses
 * only has no port names, so it never matches together with one (semantics.md 3.1).
 *
 * @module
 */
import { contentId } from '@firsthop/base';
import type { NamedPort } from '@firsthop/inventory';
import { aroundRule, type Attribution, type PlanAction, type PlanMatch, type PlanPeer, type PlanRule, planRuleId } from '@firsthop/plan';
import type { Action, Direction, Peer, Policy, PortMatch, Rule } from '@firsthop/policy';
import { alternatives, boundSelector, compilePeer, compilePeers, type PeerContext } from './compile-peer.ts';
import { nameAround, type Naming, type Texts } from './naming.ts';
import type { NamedGroup } from './peer-groups.ts';
import { resolveServices } from './resolve-services.ts';

export interface RuleContext extends PeerContext {
  readonly policy: Policy;
  readonly direction: Direction;
  /** What port names mean at the subject. */
  readonly names: readonly NamedPort[];
  readonly name: Naming;
  readonly texts: Texts | undefined;
}

const actions: { readonly [A in Action]: PlanAction } = { Allow: 'allow', Drop: 'drop', Reject: 'reject', Pass: 'pass', Delegate: 'delegate' };

/** It names addresses, and not endpoints. */
const isNameless = (peer: Peer): boolean => {
  switch (peer.kind) {
    case 'cidr':
    case 'nodes':
    case 'names':
      return true;
    case 'every':
      return peer.peers.some(isNameless);
    case 'some':
      return peer.peers.every(isNameless);
    case 'workloads':
    case 'service':
    case 'not':
    case 'group':
      return false;
  }
};

interface NamedPeer extends Omit<NamedGroup, 'peer'> {
  readonly peer: PlanPeer;
}

/** A selector has groups of its own, so that a node hears of nobody else's ports; others are met with everybody's. */
const namedPeers = (port: PortMatch & { readonly kind: 'named' }, peer: Peer | undefined, context: RuleContext): NamedPeer[] => {
  const { groups } = context;
  if (peer === undefined) return [...groups.named(undefined, port.name, port.protocol)];
  if (peer.kind !== 'workloads') {
    const compiled = compilePeer(peer, context);
    return groups.named(undefined, port.name, port.protocol).map((named) => ({ ...named, peer: { kind: 'every', peers: [compiled, named.peer] } }));
  }
  const bound = boundSelector(peer, context);
  return bound === undefined ? [] : [...groups.named(bound, port.name, port.protocol)];
};

/** One match per number that the name stands for, with those peers only who use it so. */
const namedMatches = (port: PortMatch & { readonly kind: 'named' }, peers: readonly (Peer | undefined)[], context: RuleContext): PlanMatch[] => {
  const byNumber = new Map<string, NamedPeer[]>();
  for (const peer of peers)
    for (const named of namedPeers(port, peer, context)) {
      const at = `${named.protocol}/${named.number}`;
      byNumber.set(at, [...(byNumber.get(at) ?? []), named]);
    }
  const found = [...byNumber.values()].flatMap((list) => (list[0] === undefined ? [] : [{ list, protocol: list[0].protocol, number: list[0].number }]));
  found.sort((a, b) => a.protocol - b.protocol || a.number - b.number);
  return found.map(({ list, protocol, number }) => ({ peers: list.map(({ peer }) => peer), services: { kind: 'set', services: [{ protocol, ports: { first: number, last: number } }] } }));
};

const matchesOf = (rule: Rule, context: RuleContext): PlanMatch[] => {
  const { peers, ports } = rule;
  if (peers.kind === 'none' || ports.kind === 'none') return [];
  const written = peers.kind === 'any' ? [] : peers.peers.flatMap(alternatives);
  const who: PlanPeer[] = peers.kind === 'any' ? [{ kind: 'any' }] : compilePeers(written, context);
  if (who.length === 0) return [];
  if (ports.kind === 'any') return [{ peers: who, services: { kind: 'any' } }];
  const services = resolveServices(ports.ports, context.direction === 'ingress' ? context.names : undefined);
  const numbered: PlanMatch[] = services.length === 0 ? [] : [{ peers: who, services: { kind: 'set', services } }];
  if (context.direction === 'ingress') return numbered;
  const asked = peers.kind === 'any' ? [undefined] : written.filter((peer) => !isNameless(peer));
  return [...numbered, ...ports.ports.flatMap((port) => (port.kind === 'named' ? namedMatches(port, asked, context) : []))];
};

const attributionOf = (rule: Rule, { policy, direction }: RuleContext): Attribution => ({
  reason: 'rule',
  direction,
  ...(policy.form === 'tiered' ? { tier: policy.tier } : {}),
  policy: policy.ref,
  rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id },
  ...(policy.form === 'tiered' && policy.owner !== undefined ? { owner: policy.owner } : {}),
  ...(policy.form === 'tiered' && policy.ticket !== undefined ? { ticket: policy.ticket } : {}),
});

/** By the policy in force, which is another object whenever anything about it is another thing. */
const kills = new WeakMap<Policy, string>();
const plain = (_: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Map || value instanceof Set ? [...value] : value;
};

/** Hashed only where it matters. */
const killOf = (policy: Policy): Pick<PlanRule, 'kill'> => {
  if (policy.form !== 'tiered' || policy.onChange !== 'Kill') return {};
  const kill = kills.get(policy) ?? contentId(JSON.stringify(policy, plain));
  kills.set(policy, kill);
  return { kill };
};

export const compileRule = (rule: Rule, context: RuleContext): PlanRule => {
  const content = { action: actions[rule.action], matches: matchesOf(rule, context), attribution: attributionOf(rule, context), log: rule.log, ...killOf(context.policy) };
  return { id: planRuleId(nameAround(aroundRule(content), context.name, context.texts)), ...content };
};
