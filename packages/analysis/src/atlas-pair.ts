/**
 * Two policy sets beside each other, with the work for what they have in common done once.
 *
 * @module
 */
import { type EvaluationOptions, viewOf, type Worlds } from '@firsthop/policy';
import { Atlas, tableOptions } from './atlas.ts';
import type { ClusterTables } from './cluster-tables.ts';
import { tablesOf, tablesOfPair } from './prepare-tables.ts';

export interface AtlasPair {
  readonly before: Atlas;
  readonly after: Atlas;
  /** Clusters of which both know the same facts: there, equal policy groups mean equal answers. */
  readonly alike: ReadonlySet<string>;
}

export const atlasPair = (before: Worlds, after: Worlds, options: EvaluationOptions): AtlasPair => {
  const tables = tableOptions(options);
  const [was, is] = [new Map<string, ClusterTables>(), new Map<string, ClusterTables>()];
  const alike = new Set<string>();
  for (const [name, world] of before) {
    const other = after.get(name);
    const view = viewOf(before, world);
    const pair = other === undefined ? undefined : tablesOfPair(view, viewOf(after, other), tables);
    was.set(name, pair?.[0] ?? tablesOf(view, tables));
    if (pair !== undefined) is.set(name, pair[1]);
    if (pair !== undefined) alike.add(name);
  }
  for (const [name, world] of after) if (!is.has(name)) is.set(name, tablesOf(viewOf(after, world), tables));
  const inOrder = new Map([...after.keys()].flatMap((name) => (is.get(name) === undefined ? [] : [[name, is.get(name)] as [string, ClusterTables]])));
  return { before: new Atlas(before, options, was), after: new Atlas(after, options, inOrder), alike };
};
