/**
 * Connections that end because a policy with `onChange: Kill` changed, though they may stay allowed: those that it decided before, or decides now.
 * Pure.
 *
 * A policy is changed where it is written otherwise, has come or has gone. Other members of a group that it names, or other labels of a workload, are no
 * change of the policy. What others decide is not touched by it, even at the endpoints that it governs.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import type { Connection } from '@firsthop/dataplane';
import { AddressMap } from '@firsthop/netaddr';
import type { NodePlan, PlanPolicyRef } from '@firsthop/plan';
import { Attributor } from './flow-records/attribute.ts';

const keyOf = ({ cluster, kind, namespace, name }: PlanPolicyRef): string => `${cluster}/${kind}/${namespace ?? ''}/${name}`;

const killing = ({ rules }: Pick<NodePlan, 'rules'>): ReadonlyMap<string, string> => new Map([...rules.values()].flatMap(({ kill, attribution: { policy } }): [string, string][] => (kill === undefined || policy === undefined ? [] : [[keyOf(policy), kill]])));

/** Of those that kill, before or now. */
export const changedKillers = (before: Pick<NodePlan, 'rules'>, now: Pick<NodePlan, 'rules'>): ReadonlySet<string> => {
  if (before.rules === now.rules) return new Set();
  const [was, is] = [killing(before), killing(now)];
  return new Set([...was.keys(), ...is.keys()].filter((key) => was.get(key) !== is.get(key)));
};

/** Tables as they are at this moment: the addresses of a classifier's tables change with its next plan. */
export const heldTables = (tables: ClassTables): ClassTables => ({ ...tables, addresses: AddressMap.from(tables.addresses) });

/** `before` and `now`: held. */
export const killedBy = (changed: ReadonlySet<string>, before: ClassTables, now: ClassTables): ((connection: Connection) => boolean) => {
  const asked = [before, now].map((tables) => ({ tables, attributor: new Attributor() }));
  return (connection) => {
    const { from, to, isFromHost } = connection;
    return asked.some(({ tables, attributor }) => {
      const [sender, receiver] = [attributor.endpointOf(tables, from), attributor.endpointOf(tables, to)];
      // Nobody judges these: a workload that meets itself, and a pod's own node.
      if (sender === receiver) return false;
      const judged = receiver?.kind === 'pod' && isFromHost ? (['egress'] as const) : (['egress', 'ingress'] as const);
      return judged.some((direction) => {
        const policy = attributor.decide(tables, connection, direction)?.attribution.policy;
        return policy !== undefined && changed.has(keyOf(policy));
      });
    });
  };
};
