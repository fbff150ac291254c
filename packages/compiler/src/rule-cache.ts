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
import type { Naming, Texts } from './naming.ts';
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
  /** Of rules that hang on nothing but the policy: most of them. */
  plain?: readonly PlanRule[];
  variants?: Map<string, readonly PlanRule[]>;
  /** The epoch of the newest variant. */
  made: number;
}

const none: Compiled = { dependence: { ports: false, namespace: false, world: false }, plain: [], made: 0 };
/** Shared by very many. */
const independent: Dependence = none.dependence;

export interface RuleMaker {
  readonly groups: PeerGroups;
  readonly ipBlocks: 'all' | 'external';
  readonly name: Naming;
  /** Filled with the texts of all that is named. Undefined: nobody needs them. */
  readonly texts?: Texts;
}

export const portsKey = (ports: readonly NamedPort[]): string => (ports.length === 0 ? '' : portsText(ports));
const portsText = (ports: readonly NamedPort[]): string => ports.map(({ name, protocol, number }) => `${name} ${protocol} ${number}`).join(',');

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
    let [ports, namespace] = [false, false];
    for (const policy of policies)
      for (const direction of ['ingress', 'egress'] as const) {
        const { dependence } = this.#of(policy, direction);
        ports ||= dependence.ports;
        namespace ||= dependence.namespace;
      }
    return `${ports ? portsKey(subject.ports) : ''}|${namespace ? namespaceKey(subject) : ''}`;
  }

  rules(policy: Policy, direction: Direction, subject: RuleSubject, maker: RuleMaker): readonly PlanRule[] {
    const entry = this.#of(policy, direction);
    const { dependence, made } = entry;
    if (dependence === independent) return (entry.plain ??= compile(policy, direction, subject, maker));
    const variants = (entry.variants ??= new Map());
    const key = `${dependence.world ? this.#epoch : ''}|${dependence.ports ? portsKey(subject.ports) : ''}|${dependence.namespace ? namespaceKey(subject) : ''}`;
    const known = variants.get(key);
    if (known !== undefined) return known;
    if (dependence.world && this.#epoch !== made) variants.clear();
    const compiled = compile(policy, direction, subject, maker);
    entry.made = this.#epoch;
    variants.set(key, compiled);
    return compiled;
  }

  #of(policy: Policy, direction: Direction): Compiled {
    const rules = policy[direction];
    if (rules === undefined || rules.length === 0) return none;
    const known = this.#compiled[direction].get(policy);
    if (known !== undefined) return known;
    const { ports, namespace, world } = dependenceOf(rules, direction);
    const made: Compiled = { dependence: ports || namespace || world ? { ports, namespace, world } : independent, made: 0 };
    this.#compiled[direction].set(policy, made);
    return made;
  }
}

const compile = (policy: Policy, direction: Direction, subject: RuleSubject, { groups, ipBlocks, name, texts }: RuleMaker): readonly PlanRule[] => {
  const sparesPods = ipBlocks === 'external' && policy.ref.kind === 'NetworkPolicy';
  return (policy[direction] ?? []).map((rule) => compileRule(rule, { groups, subject, sparesPods, policy, direction, names: subject.ports, name, texts }));
};
