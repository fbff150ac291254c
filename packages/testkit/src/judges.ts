/**
 * Two ways to the same answer, so that a corpus can be asked of both: the reference evaluator, and the tables of compiled plans,
 * which know nothing of it.
 *
 * @module
 */
import { Classifier, type ClassTables, judge } from '@firsthop/classifier';
import { Compiler } from '@firsthop/compiler';
import type { Address } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import { type Direction, evaluate, type Policy, type Rule, type World } from '@firsthop/policy';
import { worldChanges } from '@firsthop/analysis';

/** Between two different parties. */
export interface Question {
  readonly source: Address;
  readonly destination: Address;
  /** IANA number. */
  readonly protocol: number;
  readonly port: number;
}

/** Undefined: nobody judges there. */
export interface Answer {
  readonly egress: boolean | undefined;
  readonly ingress: boolean | undefined;
}

export interface JudgeOptions {
  /** As the evaluator's option of this name. */
  readonly ipBlocks?: 'all' | 'external';
}

export type Judge = (world: World, options?: JudgeOptions) => (question: Question) => Answer;

export const isPassed = ({ egress, ingress }: Answer): boolean => egress !== false && ingress !== false;

export const byEvaluator: Judge = (world, options = {}) => {
  const worlds = new Map([[world.cluster, world]]);
  const isAllow = (decision: { readonly verdict: string } | undefined): boolean | undefined => (decision === undefined ? undefined : decision.verdict === 'allow');
  return ({ source, destination, protocol, port }) => {
    const { egress, ingress } = evaluate(worlds, { source: { address: source }, destination: { address: destination }, protocol, port }, options);
    return { egress: isAllow(egress), ingress: isAllow(ingress) };
  };
};

/** The kernel has no such option: the blocks themselves leave the pods out. */
const withoutPods = (policy: Policy, pods: readonly Address[]): Policy => {
  const holes = pods.map((base) => ({ base, length: typeof base === 'number' ? 32 : 128 }));
  const rule = (one: Rule): Rule =>
    one.peers.kind === 'set' ? { ...one, peers: { kind: 'set', peers: one.peers.peers.map((peer) => (peer.kind === 'cidr' ? { ...peer, except: [...peer.except, ...holes.filter(({ base }) => typeof base === typeof peer.cidr.base)] } : peer)) } } : one;
  return policy.ref.kind === 'NetworkPolicy' ? { ...policy, ingress: policy.ingress?.map(rule), egress: policy.egress?.map(rule) } : policy;
};

interface Place {
  readonly tables: ClassTables;
  readonly group: PolicyGroupId;
}

/** Every enforced address, with its node's tables. */
const placesOf = (world: World): ReadonlyMap<Address, Place> => {
  const compiler = new Compiler({ cluster: world.cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const places = new Map<Address, Place>();
  for (const node of new Set(world.workloads.flatMap((one) => one.node ?? []))) {
    const plan = compiler.snapshot(node);
    if (plan === undefined) throw new Error('there is a plan after a flush');
    const classifier = new Classifier();
    classifier.replace(plan);
    const tables = classifier.tables();
    for (const { id, endpoints } of world.workloads)
      for (const one of endpoints) {
        const group = plan.endpoints.get(one.id)?.policyGroup;
        if (group !== undefined) for (const address of one.addresses) if (places.has(address)) throw new Error(`${id} shares its address`); else places.set(address, { tables, group });
      }
  }
  return places;
};

export const byTables: Judge = (world, { ipBlocks = 'all' } = {}) => {
  const pods = world.workloads.filter(({ kind }) => kind === 'pod').flatMap(({ endpoints }) => endpoints.flatMap(({ addresses }) => addresses));
  const places = placesOf(ipBlocks === 'all' ? world : { ...world, policies: world.policies.map((policy) => withoutPods(policy, pods)) });
  const at = (address: Address, direction: Direction, remote: Address, { protocol, port }: Question): boolean | undefined => {
    const place = places.get(address);
    return place === undefined ? undefined : judge(place.tables, { group: place.group, direction, address: remote, protocol, port }).verdict === 'allow';
  };
  return (question) => ({ egress: at(question.source, 'egress', question.destination, question), ingress: at(question.destination, 'ingress', question.source, question) });
};
