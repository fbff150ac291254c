/**
 * What becomes of every rule among all the others, over everybody whom it may concern.
 *
 * @module
 */
import type { RuleAudit } from '@firsthop/classifier';
import type { Direction } from '@firsthop/policy';
import type { ClusterTables } from './cluster-tables.ts';
import { decisionText } from './reasons.ts';

export interface RuleStanding {
  /** It decides something for somebody, or lets it pass. */
  readonly acts: boolean;
  /** What is decided before it, in words; with it, whether that is the opposite of what it says. */
  readonly instead: ReadonlyMap<string, boolean>;
}

interface Tally {
  acts: boolean;
  readonly instead: Map<string, boolean>;
}

const isOpposite = ({ rule }: RuleAudit, verdict: 'allow' | 'drop' | 'reject'): boolean => (rule.action === 'allow') !== (verdict === 'allow');

const add = (tally: Tally, audit: RuleAudit, tables: ClusterTables): void => {
  tally.acts ||= audit.acts;
  for (const id of audit.instead) {
    const decision = tables.decision(id);
    if (decision.attribution.rule?.id !== audit.rule.attribution.rule?.id) tally.instead.set(decisionText(decision), isOpposite(audit, decision.verdict));
  }
};

/** By rule id; a rule that nobody ever meets is not in it. */
export const ruleStandings = (tables: ClusterTables): ReadonlyMap<string, RuleStanding> => {
  const standings = new Map<string, Tally>();
  const seen = new Set<string>();
  for (const workload of tables.view.workloads) {
    const judge = tables.judge(workload);
    if (judge === undefined || seen.has(judge.group)) continue;
    seen.add(judge.group);
    for (const direction of ['ingress', 'egress'] satisfies Direction[])
      for (const audit of tables.audit(judge.group, direction)) {
        const name = audit.rule.attribution.rule?.id ?? '';
        const tally = standings.get(name) ?? { acts: false, instead: new Map() };
        standings.set(name, tally);
        add(tally, audit, tables);
      }
  }
  return standings;
};
