/**
 * The policies of this cluster's own source as they are written now, and what of their quotas they use: for status.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import { type Group, groupKey, type Policy, policyKey, type Tier } from '@firsthop/policy';
import { type QuotasInUse, quotasInUse } from './quotas-in-use.ts';

export class Standing {
  readonly #policies = new Map<string, Policy>();
  readonly #tiers = new Map<string, Tier>();
  readonly #groups = new Map<string, Group>();
  #list: readonly Policy[] | undefined;
  #inUse: QuotasInUse | undefined;

  static of({ policies, tiers, groups }: { readonly policies: readonly Policy[]; readonly tiers: readonly Tier[]; readonly groups: readonly Group[] }): Standing {
    const made = new Standing();
    made.apply([...policies.map((now): Change => ({ of: 'policy', key: policyKey(now.ref), now })), ...tiers.map((now): Change => ({ of: 'tier', name: now.name, now })), ...groups.map((now): Change => ({ of: 'group', key: groupKey(now.ref), now }))]);
    return made;
  }

  /** In the order in which they came. */
  get policies(): readonly Policy[] {
    return (this.#list ??= [...this.#policies.values()]);
  }

  get inUse(): QuotasInUse {
    return (this.#inUse ??= quotasInUse(this.policies, { tiers: [...this.#tiers.values()], groups: [...this.#groups.values()] }));
  }

  apply(changes: Iterable<Change>): void {
    for (const change of changes) {
      if (change.of === 'policy') put(this.#policies, change.key, change.now);
      else if (change.of === 'tier') put(this.#tiers, change.name, change.now);
      else if (change.of === 'group') put(this.#groups, change.key, change.now);
      else continue;
      [this.#list, this.#inUse] = [undefined, undefined];
    }
  }
}

const put = <T>(map: Map<string, T>, key: string, now: T | undefined): void => {
  if (now === undefined) map.delete(key);
  else map.set(key, now);
};
