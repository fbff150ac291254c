/**
 * The rule that would have allowed what was denied, and the first thing about the connection that it did not like.
 *
 * A rule is a miss only if it would really have changed the verdict: it is relaxed where it differs, and the whole ladder is
 * judged again. Fewest differences come first, a port before a protocol before a peer, then the order of evaluation.
 *
 * @module
 */
import { compareKeys } from '@firsthop/base';
import type { NearestMiss } from '../decision.ts';
import type { Policy } from '../policy.ts';
import { comparePolicies } from '../policy-order.ts';
import type { Direction, Rule } from '../rule.ts';
import { describePeers, describePorts, describeProbePort, describeRemote } from './describe.ts';
import { questionAt } from './evaluate.ts';
import { judge } from './judge.ts';
import { selectsSubject } from './judge-tiers.ts';
import { matchesRule } from './match-rule.ts';
import type { Question } from './question.ts';
import type { EvaluationOptions, Probe, Worlds } from './world.ts';

interface Miss {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly differs: NearestMiss['differs'];
  /** The rule without what differs. */
  readonly relaxed: Rule;
  readonly differences: 1 | 2;
}

const anyPeer = (rule: Rule): Rule => ({ ...rule, peers: { kind: 'any' } });
const anyPort = (rule: Rule): Rule => ({ ...rule, ports: { kind: 'any' } });

/** Whether some port of the rule is at least about the probe's protocol. */
const knowsProtocol = ({ ports }: Rule, { probe }: Question): boolean => {
  if (ports.kind !== 'set') return false;
  const names: Readonly<Record<string, number>> = { TCP: 6, UDP: 17, SCTP: 132, ICMP: 1, ICMPv6: 58 };
  return ports.ports.some((port) => (port.kind === 'protocol' ? port.number : port.protocol === undefined ? probe.protocol : names[port.protocol]) === probe.protocol);
};

/** Undefined: the rule matches as it is, and something else decided. */
const missOf = (policy: Policy, rule: Rule, question: Question): Miss | undefined => {
  const matches = (one: Rule): boolean => matchesRule(one, question, policy.ref.kind);
  if (matches(rule)) return undefined;
  if (matches(anyPort(rule))) return { policy, rule, differs: knowsProtocol(rule, question) ? 'port' : 'protocol', relaxed: anyPort(rule), differences: 1 };
  if (matches(anyPeer(rule))) return { policy, rule, differs: 'peer', relaxed: anyPeer(rule), differences: 1 };
  return { policy, rule, differs: 'peer', relaxed: anyPeer(anyPort(rule)), differences: 2 };
};

/** A rule that matches nothing whatever comes (what is left of an invalid one) was never near to anything. */
const isMeant = ({ action, peers, ports }: Rule): boolean => action === 'Allow' && peers.kind !== 'none' && ports.kind !== 'none';

const missesOf = (question: Question): Miss[] =>
  question.view.policies
    .filter((policy) => selectsSubject(policy, question))
    .flatMap((policy) => (policy[question.direction] ?? []).filter(isMeant).flatMap((rule) => missOf(policy, rule, question) ?? []));

const RANK = { port: 0, protocol: 1, peer: 2 } as const;

const compareMisses = ({ view }: Question) => (a: Miss, b: Miss): number => {
  const orderOf = ({ policy }: Miss): number => (policy.form === 'isolating' ? 1000 : (view.tiers.find(({ name }) => name === policy.tier)?.order ?? 0));
  const key = (miss: Miss): (string | number)[] => [miss.differences, RANK[miss.differs], orderOf(miss)];
  const sameTier = a.policy.form === 'tiered' && b.policy.form === 'tiered' ? comparePolicies(a.policy, b.policy) : 0;
  const name = ({ policy: { ref }, rule }: Miss): (string | number)[] => [ref.cluster, ref.namespace ?? '', ref.name, rule.index];
  return compareKeys(key(a), key(b)) || sameTier || compareKeys(name(a), name(b));
};

const relax = (policy: Policy, { rule, relaxed, policy: of }: Miss, direction: Direction): Policy => {
  const rules = policy[direction];
  return policy !== of || rules === undefined ? policy : { ...policy, [direction]: rules.map((one) => (one === rule ? relaxed : one)) };
};

/** Whether the rule would have been the one that allows. */
const wouldAllow = (miss: Miss, question: Question): boolean => {
  const policies = question.view.policies.map((policy) => relax(policy, miss, question.direction));
  const decision = judge({ ...question, view: { ...question.view, policies } });
  return decision.verdict === 'allow' && decision.rule?.id === miss.rule.id;
};

const detailOf = ({ rule, differs, differences }: Miss, question: Question): string => {
  const ports = `${describeProbePort(question.probe)}, the rule allows ${describePorts(rule.ports)}`;
  if (differs !== 'peer') return ports;
  const peers = `${describeRemote(question)}, the rule allows ${describePeers(rule.peers)}`;
  return differences === 1 ? peers : `${peers}; and ${ports}`;
};

/** What came nearest to allowing at that side; undefined where it is allowed, not judged, or no rule would have. */
export const nearestMiss = (worlds: Worlds, probe: Probe, direction: Direction, options: EvaluationOptions = {}): NearestMiss | undefined => {
  const question = questionAt(worlds, probe, direction, options);
  if (question === undefined || judge(question).verdict === 'allow') return undefined;
  const miss = missesOf(question)
    .sort(compareMisses(question))
    .find((one) => wouldAllow(one, question));
  if (miss === undefined) return undefined;
  const { rule, differs } = miss;
  return { policy: miss.policy.ref, rule: { index: rule.index, ...(rule.name === undefined ? {} : { name: rule.name }), id: rule.id }, differs, detail: detailOf(miss, question) };
};
