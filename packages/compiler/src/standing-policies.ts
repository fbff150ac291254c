/**
 * Policies as they take effect among the tiers and groups that there are, and as they would if all that is on trial were in force.
 *
 * The same object as long as nothing about a policy changed.
 *
 * @module
 */
import { decides, type Group, inForce, type Policy, type Surroundings, type Tier, whatIf } from '@firsthop/policy';
import { withAbsoluteSubjects } from './absolute-subject.ts';
import type { Change } from './change.ts';

export interface PolicyChange {
  readonly was: Policy | undefined;
  readonly now: Policy | undefined;
}

export interface Settled {
  readonly changes: readonly PolicyChange[];
  /** Of what would be in force; empty where nothing is on trial. */
  readonly trial: readonly PolicyChange[];
  /** Every policy may have another place in the order. */
  readonly isReordered: boolean;
}

type Written = Extract<Change, { readonly of: 'policy' | 'tier' | 'group' }>;

const differences = (was: ReadonlySet<Policy>, now: ReadonlySet<Policy>): PolicyChange[] => [
  ...[...now].filter((policy) => !was.has(policy)).map((policy) => ({ was: undefined, now: policy })),
  ...[...was].filter((policy) => !now.has(policy)).map((policy) => ({ was: policy, now: undefined })),
];

export class StandingPolicies {
  readonly #policies = new Map<string, Policy>();
  readonly #tiers = new Map<string, Tier>();
  readonly #groups = new Map<string, Group>();
  readonly #standing = new Map<string, Policy>();
  /** Their standing must be looked at again. */
  #restless = new Set<string>();
  #surroundings: Surroundings | undefined;
  #tried: ReadonlySet<Policy> = new Set();
  #undecided = 0;

  /** Of the last `settle`. */
  get tiers(): readonly Tier[] {
    return this.#surroundings?.tiers ?? [];
  }

  /** Some policy is on trial, as of the last `settle`. */
  get hasTrial(): boolean {
    return this.#undecided > 0;
  }

  /** As of the last `settle`. */
  get(key: string): Policy | undefined {
    return this.#standing.get(key);
  }

  apply(change: Written): void {
    switch (change.of) {
      case 'policy':
        if (put(this.#policies, change.key, change.now)) this.#restless.add(change.key);
        return;
      // A tier or a group may be named by any policy.
      case 'tier':
        if (put(this.#tiers, change.name, change.now)) this.#surroundings = undefined;
        return;
      case 'group':
        if (put(this.#groups, change.key, change.now)) this.#surroundings = undefined;
    }
  }

  /** Undefined: nothing to settle. */
  settle(): Settled | undefined {
    const isReordered = this.#surroundings === undefined;
    if (!isReordered && this.#restless.size === 0) return undefined;
    const restless = isReordered ? new Set([...this.#policies.keys(), ...this.#restless]) : this.#restless;
    const surroundings = (this.#surroundings ??= { tiers: [...this.#tiers.values()], groups: [...this.#groups.values()] });
    const changes = [...restless].flatMap((key) => this.#stand(key, surroundings));
    this.#restless = new Set();
    return { changes, trial: this.#try(), isReordered };
  }

  #stand(key: string, surroundings: Surroundings): PolicyChange[] {
    const [written, was] = [this.#policies.get(key), this.#standing.get(key)];
    const now = written === undefined ? undefined : withAbsoluteSubjects(inForce(written, surroundings));
    put(this.#standing, key, now);
    this.#undecided += Number(now !== undefined && !decides(now)) - Number(was !== undefined && !decides(was));
    return was === now ? [] : [{ was, now }];
  }

  #try(): readonly PolicyChange[] {
    if (!this.hasTrial && this.#tried.size === 0) return [];
    const was = this.#tried;
    this.#tried = new Set(this.hasTrial ? whatIf([...this.#standing.values()]) : []);
    return differences(was, this.#tried);
  }
}

/** Whether it is another one than before. */
const put = <T>(map: Map<string, T>, key: string, now: T | undefined): boolean => {
  if (map.get(key) === now) return false;
  if (now === undefined) map.delete(key);
  else map.set(key, now);
  return true;
};
