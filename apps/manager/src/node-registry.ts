/**
 * What every node last said of its kernel. Realized is what was read back, never what was meant.
 *
 * @module
 */
import type { NodeStatus } from '@firsthop/federation';
import type { AgentReport, EndpointNews, EndpointState } from '@firsthop/wire';

const withNews = (before: ReadonlyMap<string, EndpointState> | undefined, { isWhole, put, gone }: EndpointNews): ReadonlyMap<string, EndpointState> => {
  const now = new Map(isWhole ? [] : before);
  for (const id of gone) now.delete(id);
  for (const one of put) now.set(one.id, one);
  return now;
};

export class NodeRegistry {
  readonly #reports = new Map<string, Omit<AgentReport, 'endpoints'>>();
  /** By node and id. */
  readonly #endpoints = new Map<string, ReadonlyMap<string, EndpointState>>();
  /** Nodes that have reported on their present connection. */
  readonly #fresh = new Set<string>();

  report(node: string, { endpoints, ...report }: AgentReport): void {
    this.#reports.set(node, report);
    if (endpoints !== undefined) this.#endpoints.set(node, withNews(this.#endpoints.get(node), endpoints));
    this.#fresh.add(node);
  }

  /** A connection began or ended: what was said on another one is history, until the agent says it again. */
  connectionChanged(node: string): void {
    this.#fresh.delete(node);
  }

  /** `desired`: digest of the plan that it should enforce. Undefined: there is none. */
  status(node: string, desired: string | undefined, connected: boolean): NodeStatus {
    const report = this.#fresh.has(node) ? this.#reports.get(node) : undefined;
    const realized = report?.error === undefined ? report?.digest : undefined;
    return {
      node,
      connected,
      desired: desired ?? '',
      ...(realized === undefined ? {} : { realized }),
      inSync: connected && realized === desired && report?.kernel !== undefined,
      endpoints: [...(this.#endpoints.get(node)?.values() ?? [])].map(({ id, workload, state, reason }) => ({ id, workload, state, ...(reason === undefined ? {} : { reason }) })),
      ...(report?.error === undefined ? {} : { failure: report.error }),
      ...(report?.repaired === undefined ? {} : { repaired: report.repaired }),
    };
  }
}
