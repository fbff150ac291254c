/**
 * What every node last said of its kernel. Realized is what was read back, never what was meant.
 *
 * @module
 */
import type { NodeStatus } from '@firsthop/federation';
import type { NodePlan } from '@firsthop/plan';
import type { AgentReport } from '@firsthop/wire';

export class NodeRegistry {
  readonly #reports = new Map<string, AgentReport>();
  /** Nodes that have reported on their present connection. */
  readonly #fresh = new Set<string>();

  report(node: string, report: AgentReport): void {
    this.#reports.set(node, report);
    this.#fresh.add(node);
  }

  /** A connection began or ended: what was said on another one is history, until the agent says it again. */
  connectionChanged(node: string): void {
    this.#fresh.delete(node);
  }

  status(node: string, plan: NodePlan | undefined, connected: boolean): NodeStatus {
    const last = this.#reports.get(node);
    const report = this.#fresh.has(node) ? last : undefined;
    const desired = plan?.revision.digest ?? '';
    const realized = report?.error === undefined ? report?.digest : undefined;
    return {
      node,
      connected,
      desired,
      ...(realized === undefined ? {} : { realized }),
      inSync: connected && realized === desired && report?.kernel !== undefined,
      endpoints: (last?.endpoints ?? []).map(({ id, workload, state, reason }) => ({ id, workload, state, ...(reason === undefined ? {} : { reason }) })),
      ...(report?.error === undefined ? {} : { failure: report.error }),
      ...(report?.repaired === undefined ? {} : { repaired: report.repaired }),
    };
  }
}
