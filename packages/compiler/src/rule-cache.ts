/**
 * Rules of policies, compiled once for all subjects to which they say the same.
 *
 * @module
 */
import type { NamedPort } from '@firsthop/inventory';
import type { PlanRule } from '@firsthop/plan';
import type { Direction, Peer, Policy, Rule } from '@firsthop/policy';
import { isRelative, type SelectableFacts } from '@firsthop/selector';
import { compileRule } from './compile-rule.ts';
import type { Naming } from './naming.ts';
import type { PeerGroups } from './peer-groups.ts';

export interface RuleSubject extends Pick<SelectableFacts, 'namespace' | 'namespaceLabels'> {
  readonly ports: readonly NamedPort[];
}

/** What the compiled rules of a policy hang on, beside the policy. */
interface Dependence {
  /** Names of ports, resolved at the subject. */
  readonly ports: boolean;
  /** The subject's namespace. */
  readonly namespace: boolean;
  /** Who uses which port names: it may change without the policy. */
  readonly world: boolean;
}

const some = (peer: Peer, is: (leaf: Peer) => boolean): boolean => {
  if (peer.kind === 'every' || peer.kind === 'some') return peer.peers.some((one) => some(one, is));
  return peer.kind === 'not' ? some(peer.peer, is) : is(peer);
};

const dependenceOf = (rules: readonly Rule[], direction: Direction): Dependence => {
  const isNamed = rules.some(({ ports }) => ports.kind === 'set' && ports.ports.some(({ kind }) => kind === 'named'));
  const peers = rules.flatMap((rule) => (rule.peers.kind === 'set' ? rule.peers.peers : []));
  return {
    ports: direction === 'ingress' && isNamed,
    namespace: peers.some((peer) => some(peer, (leaf) => leaf.kind === 'workloads' && isRelative(leaf.selector))),
    world: direction === 'egress' && isNamed,
  };
};

interface Compiled {
  readonly dependence: Dependence;
  readonly variants: Map<string, readonly PlanRule[]>;
  /** The epoch of the newest variant. */
  made: number;
}

export interface RuleMaker {
  readonly groups: PeerGroups;
  readonly ipBlocks: 'all' | 'external';
  readonly name: Naming;
}

export const portsKey = (ports: readonly NamedPort[]): string => ports.map(({ name, protocol, number }) => `${name} ${protocol} ${number}`).join(',');

/** Equal keys, the same namespace to every relative selector. */
export const namespaceKey = ({ namespace, namespaceLabels }: RuleSubject): string => JSON.stringify([namespace, [...namespaceLabels].sort(([a], [b]) => (a < b ? -1 : 1))]);

export class RuleCache {
  readonly #compiled = { ingress: new WeakMap<Policy, Compiled>(), egress: new WeakMap<Policy, Compiled>() };
  /** Grows at each change of the world: variants that hang on it are looked for under the present number only. */
  #epoch = 0;

  /** Some fact is another one than before. */
  forgetWorld(): void {
    this.#epoch++;
  }

  /** What their rules say hangs on who uses which port names. */
  hangsOnWorld(policies: readonly Policy[]): boolean {
    return policies.some((policy) => this.#of(policy, 'egress').dependence.world);
  }

  /** Everything that the rules of these policies hang on, as one text. */
  keyOf(policies: readonly Policy[], subject: RuleSubject): string {
    const dependences = policies.flatMap((policy) => (['ingress', 'egress'] as const).map((direction) => this.#of(policy, direction).dependence));
    return `${dependences.some(({ ports }) => ports) ? portsKey(subject.ports) : ''}|${dependences.some(({ namespace }) => namespace) ? namespaceKey(subject) : ''}`;
  }

  rules(policy: Policy, direction: Direction, subject: RuleSubject, { groups, ipBlocks, name }: RuleMaker): readonly PlanRule[] {
    const entry = this.#of(policy, direction);
    const { dependence, variants, made } = entry;
    const key = `${dependence.world ? this.#epoch : ''}|${dependence.ports ? portsKey(subject.ports) : ''}|${dependence.namespace ? namespaceKey(subject) : ''}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    if (dependence.world && this.#epoch !== made) variants.clear();
    const sparesPods = ipBlocks === 'external' && policy.ref.kind === 'NetworkPolicy';
    const compiled = (policy[direction] ?? []).map((rule) => compileRule(rule, { groups, subject, sparesPods, policy, direction, names: subject.ports, name }));
    entry.made = this.#epoch;
    variants.set(key, compiled);
    return compiled;
  }

  #of(policy: Policy, direction: Direction): Compiled {
    const known = this.#compiled[direction].get(policy);
    if (known !== undefined) return known;
    const made: Compiled = { dependence: dependenceOf(policy[direction] ?? [], direction), variants: new Map(), made: 0 };
    this.#compiled[direction].set(policy, made);
    return made;
  }
}
