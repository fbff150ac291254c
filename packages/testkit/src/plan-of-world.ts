import { worldChanges } from '@firsthop/analysis';
import { Compiler } from '@firsthop/compiler';
import type { NodePlan } from '@firsthop/plan';
import { cluster } from './random-world.ts';

/** One node's plan of a random world. */
export const planOfWorld = (world: Parameters<typeof worldChanges>[0], node: string): NodePlan => {
  const compiler = new Compiler({ cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 1, watermarks: new Map() });
  const plan = compiler.snapshot(node);
  if (plan === undefined) throw new Error('there is a plan after a flush');
  return plan;
};
