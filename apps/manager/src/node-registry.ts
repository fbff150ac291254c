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

  report(node: string, report: AgentReport): void {
    this.#reports.set(node, report);
  }

  status(node: string, plan: NodePlan | undefined, connected: boolean): NodeStatus {
    const report = this.#reports.get(node);
    const desired = plan?.revision.digest ?? '';
    const realized = report?.error === undefined ? report?.digest : undefined;
    return {
      node,
      connected,
      desired,
      ...(realized === undefined ? {} : { realized }),
      inSync: connected && realized === desired && report?.kernel !== undefined,
      endpoints: (report?.endpoints ?? []).map(({ id, workload, state, reason }) => ({ id, workload, state, ...(reason === undefined ? {} : { reason }) })),
      ...(report?.error === undefined ? {} : { failure: report.error }),
    };
  }
}
