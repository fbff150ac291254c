/**
 * A manager and very many agents over mutual TLS: the cluster of small namespaces, spread over as many nodes; all connect at once, then there are changes while one of
 * twenty reads nothing.
 *
 * @module
 */
import { smallNamespaces } from '../workloads/workloads.ts';
import { runFleet } from '../fleet/run-fleet.ts';
import type { Bench } from './bench.ts';

const [perSecond, seconds, stalled] = [1000, 10, 0.05];
const sizes = [1000, 5000, 10_000];

export const fanOut: Bench = {
  name: 'fan-out',
  what: '1,000, 5,000 and 10,000 agents over mutual TLS: connecting, memory, and how late they hear of a change',
  workload: { agents: sizes, changes_per_second: perSecond, seconds, stalled_share: stalled, pods: 100_000, policies: 75_000 },
  objects: () => [...smallNamespaces(1)],
  run: async (say) => {
    const metrics: Record<string, number> = {};
    for (const agents of sizes) for (const [key, value] of Object.entries(await runFleet({ agents, perSecond, seconds, stalled }, (text) => say(`${agents} agents: ${text}`)))) metrics[`${key}_${agents}`] = value;
    return metrics;
  },
};
