/**
 * One row: what a policy group says to one class, for every protocol and port.
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import type { DecisionId, Row, RowId, Step } from './class-table.ts';
import type { Decisions } from './decisions.ts';
import { type OpenStage, walkStages } from './walk-stages.ts';

const rowId = (text: string): RowId => text as RowId;

/** Per protocol that some rule names: the ports at which the answer may change, 0 among them. */
const portEdges = (stages: readonly OpenStage[]): Map<number, Set<number>> => {
  const edges = new Map<number, Set<number>>();
  for (const { rules } of stages)
    for (const { services } of rules)
      for (const set of services)
        for (const { protocol, ports } of set.kind === 'set' ? set.services : []) {
          const at = edges.get(protocol) ?? new Set([0]);
          edges.set(protocol, at);
          if (ports === undefined) continue;
          at.add(ports.first);
          if (ports.last < 65_535) at.add(ports.last + 1);
        }
  return edges;
};

const stepsOf = (edges: ReadonlySet<number>, decide: (port: number) => DecisionId): Step[] => {
  const starts = [...edges].sort((a, b) => a - b);
  const steps: Step[] = [];
  for (const [i, first] of starts.entries()) {
    const decision = decide(first);
    const last = (starts[i + 1] ?? 65_536) - 1;
    const open = steps.at(-1);
    if (open?.decision === decision) steps[steps.length - 1] = { ...open, last };
    else steps.push({ first, last, decision });
  }
  return steps;
};

export const buildRow = (stages: readonly OpenStage[], decisions: Decisions): Row => {
  const rest = walkStages(stages, { protocol: 'rest', port: 0 }, decisions);
  const protocols = new Map<number, Step[]>();
  for (const [protocol, edges] of [...portEdges(stages)].sort(([a], [b]) => a - b)) {
    const steps = stepsOf(edges, (port) => walkStages(stages, { protocol, port }, decisions));
    // A protocol that is answered as all others are is not told apart: equal functions get equal rows.
    if (steps.length > 1 || steps[0]?.decision !== rest) protocols.set(protocol, steps);
  }
  return { id: rowId(contentId(canonicalJson({ protocols: [...protocols], rest }))), protocols, rest };
};
