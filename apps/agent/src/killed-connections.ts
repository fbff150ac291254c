/**
 * Who hears a reset when policy denies a connection: the ends of those that a policy with `onChange: Kill` denies now, or allowed before. All others that
 * are denied just come to their end. What stays allowed goes on, whatever is changed about the policy that allows it.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import type { Connection } from '@firsthop/dataplane';
import { AddressMap } from '@firsthop/netaddr';
import type { NodePlan, PlanPolicyRef } from '@firsthop/plan';
import { Attributor } from './flow-records/attribute.ts';

const keyOf = ({ cluster, kind, namespace, name }: PlanPolicyRef): string => `${cluster}/${kind}/${namespace ?? ''}/${name}`;

const killersIn = ({ rules }: Pick<NodePlan, 'rules'>): ReadonlySet<string> => new Set([...rules.values()].flatMap(({ kill, attribution: { policy } }) => (kill === undefined || policy === undefined ? [] : [keyOf(policy)])));

/** What is in force at one moment. */
interface Asked {
  readonly killers: ReadonlySet<string>;
  readonly tables: ClassTables;
  readonly attributor: Attributor;
}

const isDecidedByKiller = ({ killers, tables, attributor }: Asked, connection: Connection): boolean => {
  const { from, to, isFromHost } = connection;
  const [sender, receiver] = [attributor.endpointOf(tables, from), attributor.endpointOf(tables, to)];
  // Nobody judges these: a workload that meets itself, and a pod's own node.
  if (sender === receiver) return false;
  const judged = receiver?.kind === 'pod' && isFromHost ? (['egress'] as const) : (['egress', 'ingress'] as const);
  return judged.some((direction) => {
    const policy = attributor.decide(tables, connection, direction)?.attribution.policy;
    return policy !== undefined && killers.has(keyOf(policy));
  });
};

/** Remembers what was in force at the round before, as long as somebody in it kills. */
export class KillingPolicies {
  #before: Asked | undefined;
  #rules: NodePlan['rules'] | undefined;
  #killers: ReadonlySet<string> = new Set();

  /** For the next round: of a connection that these tables deny, whether its ends hear it. They may change afterwards. */
  next(rules: NodePlan['rules'], tables: ClassTables): (denied: Connection) => boolean {
    if (rules !== this.#rules) [this.#rules, this.#killers] = [rules, killersIn({ rules })];
    // The addresses of a classifier's tables move with its next plan.
    const now = this.#killers.size === 0 ? undefined : { killers: this.#killers, tables: { ...tables, addresses: AddressMap.from(tables.addresses) }, attributor: new Attributor() };
    const asked = [this.#before, now].filter((one) => one !== undefined);
    this.#before = now;
    return (denied) => asked.some((one) => isDecidedByKiller(one, denied));
  }
}
