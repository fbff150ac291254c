import type { NodePlan, Revision } from './node-plan.ts';
import { planDigest } from './plan-digest.ts';

/** The plan of a node that nothing is known of: what the first delta is a change of. */
export const emptyPlan = (node: string, revision: Omit<Revision, 'digest'> = { epoch: 0, watermarks: new Map() }): NodePlan => {
  const nothing = { node, ownNode: [], addressGroups: new Map(), rules: new Map(), policyGroups: new Map(), endpoints: new Map() };
  return { ...nothing, revision: { ...revision, digest: planDigest(nothing) } };
};
