/**
 * Rules with subjects of their own. Ours belong to policies, so neighbours with the same subjects become one policy, and the order of
 * all of them stays.
 *
 * @module
 */
import { canonicalJson } from '@firsthop/base';
import type { Direction } from '@firsthop/policy';
import type { RuleBody } from './rule-body.ts';
import type { Plain } from './translation.ts';

export interface SubjectRules {
  readonly appliedTo: readonly Plain[];
  readonly direction: Direction;
  readonly rules: readonly RuleBody[];
}

export interface Run {
  readonly appliedTo: readonly Plain[];
  readonly rules: Readonly<Record<Direction, RuleBody[]>>;
}

/** One list per direction. Where everybody has the same subjects, both directions are one run. */
export const runsOf = (lists: readonly (readonly SubjectRules[])[]): readonly Run[] => {
  const subjects = new Set(lists.flat().map(({ appliedTo }) => canonicalJson(appliedTo)));
  const runs: Run[] = [];
  for (const list of lists) {
    let open: Run | undefined = subjects.size === 1 ? runs[0] : undefined;
    for (const { appliedTo, direction, rules } of list) {
      if (open === undefined || canonicalJson(open.appliedTo) !== canonicalJson(appliedTo)) {
        open = { appliedTo, rules: { ingress: [], egress: [] } };
        runs.push(open);
      }
      open.rules[direction].push(...rules);
    }
  }
  return runs;
};
