/**
 * Two policy sets beside each other, with the work for what they have in common done once.
 *
 * @module
 */
import type { WorkloadId } from '@firsthop/inventory';
import { type EvaluationOptions, viewOf, type World, type Worlds } from '@firsthop/policy';
import { Atlas, tableOptions } from './atlas.ts';
import type { ClusterTables } from './cluster-tables.ts';
import { tablesOf } from './prepare-tables.ts';
import { type TablesPair, tablesPairOf } from './tables-pair.ts';

export interface Atlases {
  readonly before: Atlas;
  readonly after: Atlas;
}

const remembered = (make: () => ClusterTables): (() => ClusterTables) => {
  let made: ClusterTables | undefined;
  return () => (made ??= make());
};

export class AtlasPair {
  readonly #before: Worlds;
  readonly #after: Worlds;
  readonly #options: EvaluationOptions;
  readonly #pairs: ReadonlyMap<string, TablesPair>;
  /** Of clusters of which the two know different things. */
  readonly #was: ReadonlyMap<string, () => ClusterTables>;
  readonly #is: ReadonlyMap<string, () => ClusterTables>;

  constructor(before: Worlds, after: Worlds, options: EvaluationOptions) {
    [this.#before, this.#after, this.#options] = [before, after, options];
    const tables = tableOptions(options);
    const pairOf = (name: string, world: World): [string, TablesPair][] => {
      const other = after.get(name);
      const pair = other === undefined ? undefined : tablesPairOf(viewOf(before, world), viewOf(after, other), tables);
      return pair === undefined ? [] : [[name, pair]];
    };
    this.#pairs = new Map([...before].flatMap(([name, world]) => pairOf(name, world)));
    const alone = (worlds: Worlds): Map<string, () => ClusterTables> => new Map([...worlds].filter(([name]) => !this.#pairs.has(name)).map(([name, world]) => [name, remembered(() => tablesOf(viewOf(worlds, world), tables))]));
    [this.#was, this.#is] = [alone(before), alone(after)];
  }

  /** Clusters of which both know the same facts: there, equal policy groups mean equal answers. */
  get alike(): ReadonlySet<string> {
    return new Set(this.#pairs.keys());
  }

  /** In clusters that are alike these judge, and whom the difference concerns; nobody else. */
  atlases(asked: ReadonlySet<WorkloadId>): Atlases {
    const pairs = new Map([...this.#pairs].map(([name, pair]) => [name, pair.tables(asked)]));
    const clusters = (worlds: Worlds, alone: ReadonlyMap<string, () => ClusterTables>, side: 0 | 1): Map<string, ClusterTables> =>
      new Map([...worlds.keys()].flatMap((name): [string, ClusterTables][] => {
        const tables = pairs.get(name)?.[side] ?? alone.get(name)?.();
        return tables === undefined ? [] : [[name, tables]];
      }));
    return { before: new Atlas(this.#before, this.#options, clusters(this.#before, this.#was, 0)), after: new Atlas(this.#after, this.#options, clusters(this.#after, this.#is, 1)) };
  }
}
