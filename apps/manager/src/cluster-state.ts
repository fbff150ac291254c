/**
 * One cluster's facts and policies, folded into the compiler. Sources hand in what is true now; what changed is found here.
 *
 * @module
 */
import { canonicalJson } from '@firsthop/base';
import { Compiler, type Change } from '@firsthop/compiler';
import { type Fact, type FactChange, Inventory } from '@firsthop/inventory';
import type { NodePlan, PlanDelta } from '@firsthop/plan';
import { type Group, groupKey, nextEdge, policiesAt, type Policy, policyKey, type Tier } from '@firsthop/policy';
import type { Positions } from './positions.ts';

/** All that one source says: what it no longer says is gone. */
export interface SourceState {
  readonly facts: readonly Fact[];
  readonly policies: readonly Policy[];
  readonly tiers: readonly Tier[];
  readonly groups: readonly Group[];
}

export type PlanChanges = ReadonlyMap<string, PlanDelta>;

export class ClusterState {
  readonly inventory: Inventory;
  readonly #compiler: Compiler;
  readonly #positions: Positions;
  /** Per source: change key to [the change that takes it back, its text]. */
  readonly #held = new Map<string, Map<string, { readonly text: string; readonly undo: Change }>>();

  readonly #sources = new Map<string, SourceState>();
  /** Of those that came one by one: which begin or end by themselves. */
  readonly #timed = new Map<string, Policy>();
  readonly #now: () => number;
  readonly #onFact: ((change: FactChange) => void) | undefined;

  /** `now`: milliseconds since 1970; policies begin and end by it. `onFact`: of each fact that was applied to the inventory. */
  constructor(cluster: string, positions: Positions, { now = Date.now, onFact }: { readonly now?: () => number; readonly onFact?: (change: FactChange) => void } = {}) {
    [this.#now, this.#onFact] = [now, onFact];
    this.inventory = new Inventory(cluster);
    this.#compiler = new Compiler({ cluster });
    this.#positions = positions;
  }

  /** Replaces what `source` said before. Returns the changes of plans, by node. */
  replace(source: string, state: SourceState): PlanChanges {
    this.#sources.set(source, state);
    this.#hold(source, state);
    return this.#flush();
  }

  /** As `replace` with what every source said last: some policy may have begun or ended since. */
  passTime(): PlanChanges {
    for (const [source, state] of this.#sources) this.#hold(source, state);
    for (const [key, now] of this.#timed) this.#apply({ of: 'policy', key, now: this.#asOfNow(now) });
    return this.#flush();
  }

  /** The next moment at which some policy begins or ends. Undefined: never. */
  nextEdge(): number | undefined {
    return nextEdge(this.#mayBeTimed(), this.#now());
  }

  /** Whether some policy ever begins or ends by itself. */
  get isTimed(): boolean {
    return nextEdge(this.#mayBeTimed(), 0) !== undefined;
  }

  #hold(source: string, state: SourceState): void {
    const held = this.#held.get(source) ?? new Map<string, { readonly text: string; readonly undo: Change }>();
    const next = new Map(changesOf({ ...state, policies: policiesAt(state.policies, this.#now()) }).map((entry) => [entry.key, entry]));
    for (const [key, { undo }] of held) {
      if (next.has(key)) continue;
      this.#apply(undo);
      held.delete(key);
    }
    for (const [key, { change, undo }] of next) {
      const text = textOf(change);
      if (held.get(key)?.text === text) continue;
      this.#apply(change);
      held.set(key, { text, undo });
    }
    this.#held.set(source, held);
  }

  /** Of a source that reports changes itself. */
  apply(changes: Iterable<Change>): PlanChanges {
    for (const change of changes) this.#apply(change.of === 'policy' ? this.#timely(change) : change);
    return this.#flush();
  }

  plan(node: string): NodePlan | undefined {
    return this.#compiler.snapshot(node);
  }

  #timely({ key, now }: Extract<Change, { readonly of: 'policy' }>): Change {
    if (now?.form === 'tiered' && now.validity !== undefined) this.#timed.set(key, now);
    else this.#timed.delete(key);
    return { of: 'policy', key, now: now === undefined ? undefined : this.#asOfNow(now) };
  }

  /** Undefined: it has not begun, or is over. */
  #asOfNow(policy: Policy): Policy | undefined {
    return policiesAt([policy], this.#now())[0];
  }

  #mayBeTimed(): readonly Policy[] {
    return [...[...this.#sources.values()].flatMap(({ policies }) => [...policies]), ...this.#timed.values()];
  }

  #apply(change: Change): void {
    if (change.of !== 'policy' && change.of !== 'tier' && change.of !== 'group') {
      const applied = this.inventory.apply(change);
      this.#onFact?.(applied);
    }
    this.#compiler.apply(change);
  }

  #flush(): PlanChanges {
    return this.#compiler.flush(this.#positions.next());
  }
}

interface Entry {
  readonly key: string;
  readonly change: Change;
  readonly undo: Change;
}

const changesOf = ({ facts, policies, tiers, groups }: SourceState): Entry[] => [
  ...facts.map((fact): Entry => ({ key: `${fact.of}/${fact.id}`, change: fact, undo: { ...fact, now: undefined } as Change })),
  ...policies.map((policy): Entry => ({ key: `policy/${policyKey(policy.ref)}`, change: { of: 'policy', key: policyKey(policy.ref), now: policy }, undo: { of: 'policy', key: policyKey(policy.ref), now: undefined } })),
  ...tiers.map((tier): Entry => ({ key: `tier/${tier.name}`, change: { of: 'tier', name: tier.name, now: tier }, undo: { of: 'tier', name: tier.name, now: undefined } })),
  ...groups.map((group): Entry => ({ key: `group/${groupKey(group.ref)}`, change: { of: 'group', key: groupKey(group.ref), now: group }, undo: { of: 'group', key: groupKey(group.ref), now: undefined } })),
];

/** Equal changes have equal texts; Maps, Sets and bigints included. */
const textOf = (change: Change): string => canonicalJson(JSON.parse(JSON.stringify(change, (_key, value: unknown) => (value instanceof Map ? { map: [...(value as Map<unknown, unknown>)] } : value instanceof Set ? { set: [...(value as Set<unknown>)] } : typeof value === 'bigint' ? `${value}n` : value))));
