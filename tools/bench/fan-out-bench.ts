/**
 * A manager and very many agents over mutual TLS: the cluster of small namespaces, spread over as many nodes; all connect at once, then there are changes while one of
 * twenty reads nothing. Beside it the same without TLS, so that what TLS takes can be told from what the manager takes.
 *
 * @module
 */
import { smallNamespaces } from '../workloads/workloads.ts';
import { misbehaviours } from '../fleet/misbehaviour.ts';
import { runFleet } from '../fleet/run-fleet.ts';
import type { Bench } from './bench.ts';

const [perSecond, seconds, share] = [1000, 10, 0.05];
const sizes = [1000, 5000, 10_000];
/** Of the run without TLS. */
const beside = ['connected_s', 'connect_cpu_s', 'rss_kb_per_agent', 'churn_cpu_s', 'lag_p50_ms', 'lag_p99_ms', 'lag_max_ms'];

const measure = async (agents: number, say: (text: string) => void): Promise<Record<string, number>> => {
  const run = { agents, perSecond, seconds, bad: { share, how: 'stalled' as const } };
  const secured = await runFleet(run, (text) => say(`${agents} agents: ${text}`));
  const plain = await runFleet({ ...run, isPlain: true }, (text) => say(`${agents} agents without TLS: ${text}`));
  return { ...secured, ...Object.fromEntries(beside.map((key) => [`plain_${key}`, plain[key] ?? Number.NaN])) };
};

const workload = { changes_per_second: perSecond, seconds, stalled_share: share, pods: 100_000, policies: 75_000 };
const what = 'agents over mutual TLS, and without: connecting, memory, and how late they hear of a change';

const ofOneSize = sizes.map((agents): Bench => ({
  name: `fan-out-${agents}`,
  what: `${agents.toLocaleString('en')} ${what}`,
  workload: { agents, ...workload },
  run: (say) => measure(agents, say),
}));

const ofAllSizes: Bench = {
  name: 'fan-out',
  what: `1,000, 5,000 and 10,000 ${what}`,
  workload: { agents: sizes, ...workload },
  objects: () => [...smallNamespaces(1)],
  run: async (say) => {
    const metrics: Record<string, number> = {};
    for (const agents of sizes) for (const [key, value] of Object.entries(await measure(agents, say))) metrics[`${key}_${agents}`] = value;
    return metrics;
  },
};

/** What the others notice of one of twenty that misbehaves. */
const noticed = ['lag_p50_ms', 'lag_p99_ms', 'lag_max_ms', 'sent_p99_ms', 'manager_loop_max_ms', 'agents_loop_max_ms', 'churn_cpu_s', 'rss_after_churn_mb', 'left'];

const ofBadAgents: Bench = {
  name: 'fan-out-bad',
  what: '2,000 agents over mutual TLS, of which one of twenty misbehaves: what the others notice, and what the manager takes',
  workload: { agents: 2000, ...workload },
  run: async (say) => {
    const metrics: Record<string, number> = {};
    for (const how of misbehaviours) {
      const figures = await runFleet({ agents: 2000, perSecond, seconds, bad: { share, how } }, (text) => say(`${how}: ${text}`));
      for (const key of noticed) metrics[`${how}_${key}`] = figures[key] ?? Number.NaN;
    }
    return metrics;
  },
};

export const fanOut: readonly Bench[] = [ofAllSizes, ...ofOneSize, ofBadAgents];
