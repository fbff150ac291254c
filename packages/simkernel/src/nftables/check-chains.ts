/**
 * What the kernel looks at when a transaction is about to land: that no packet can go round for ever, and that a reject is
 * only in reach of hooks that can answer.
 *
 * @module
 */
import type { Rule, Verdict } from './rule.ts';
import { type Hook, refuse, type SimTable } from './tables.ts';

const MOST_DEPTH = 16;
const CAN_REJECT: ReadonlySet<Hook> = new Set(['prerouting', 'input', 'forward', 'output']);

const verdictsOf = ({ statements }: Rule, table: SimTable): Verdict[] =>
  statements.flatMap((statement): Verdict[] => {
    if (statement.do === 'verdict') return [statement.verdict];
    if (statement.do === 'inline vmap') return statement.entries.map(({ verdict }) => verdict);
    return statement.do === 'vmap' ? [...(table.sets.get(statement.map)?.elements.values() ?? [])].flatMap(({ verdict }) => verdict ?? []) : [];
  });

interface Reach {
  readonly depth: number;
  readonly canReject: boolean;
}

export const checkChains = (table: SimTable): void => {
  const known = new Map<string, Reach>();
  const path = new Set<string>();
  const reachOf = (name: string): Reach => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (path.has(name)) refuse('Too many links');
    path.add(name);
    let [depth, canReject] = [0, false];
    for (const rule of table.chains.get(name)?.rules ?? []) {
      for (const verdict of verdictsOf(rule, table)) {
        if (verdict.kind === 'reject') canReject = true;
        if (verdict.kind !== 'goto' && verdict.kind !== 'jump') continue;
        const beyond = reachOf(verdict.chain);
        depth = Math.max(depth, beyond.depth + 1);
        canReject ||= beyond.canReject;
      }
    }
    path.delete(name);
    known.set(name, { depth, canReject });
    if (depth >= MOST_DEPTH) refuse('Too many links');
    return { depth, canReject };
  };
  for (const [name, { base }] of table.chains) if (reachOf(name).canReject && base !== undefined && !CAN_REJECT.has(base.hook)) refuse('Operation not supported');
};
