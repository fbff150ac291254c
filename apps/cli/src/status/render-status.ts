/**
 * A cluster's status for people: what is in force, and what is still missing where. Pure.
 *
 * @module
 */
import type { ClusterReport } from './ask-manager.ts';

type Policy = ClusterReport['policies'][number];
type Node = ClusterReport['nodes'][number];

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? '').length)));
  return [head, ...rows].map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
};

/** What is not enforced stands behind what is. */
export const policyState = ({ notRealizable, trial, quotas, ...policy }: Policy): string => `${trial === undefined ? placesOf(policy) : `decides nothing (${trial})`}${(notRealizable ?? []).map((what) => `; NotRealizable(${what})`).join('')}${(quotas ?? []).map(quotaState).join('')}`;

/** Over a quota it fails closed. */
const quotaState = ({ quota, used, most }: NonNullable<Policy['quotas']>[number]): string => `; ${used > most ? 'OverLimit' : 'NearLimit'}(${quota}: ${used} of ${most})`;

const placesOf = ({ nodes, waiting }: Policy): string => {
  if (nodes.length === 0) return 'selects nobody here';
  return waiting.length === 0 ? `in force on ${nodes.length} of ${nodes.length} nodes` : `in force on ${nodes.length - waiting.length} of ${nodes.length} nodes, not on ${waiting.join(', ')}`;
};

const nodeState = ({ connected, inSync, failure, endpoints }: Node): string => {
  if (failure !== undefined) return failure;
  if (!connected) return 'its agent is not connected; its kernel goes on with what it has';
  if (!inSync) return 'its kernel was not read back yet';
  const open = endpoints.filter(({ state }) => state !== 'Enforced');
  return open.length === 0 ? 'in step' : `not enforced: ${open.map(({ workload, reason }) => `${workload} (${reason ?? 'unknown'})`).join(', ')}`;
};

/** Whether all that should be enforced was read back, everywhere. */
export const isRealized = ({ ready, nodes, peers }: ClusterReport): boolean => ready && peers.every(({ connected }) => connected) && nodes.every(({ inSync, endpoints }) => inSync && endpoints.every(({ state }) => state === 'Enforced'));

export const renderStatus = (report: ClusterReport): string => {
  const { cluster, generation, ready, workloads, policies, nodes, peers, errors } = report;
  const scope = (policy: Policy): string => `${policy.cluster === cluster ? '' : `${policy.cluster}: `}${policy.namespace ?? ''}${policy.namespace === undefined ? '' : '/'}${policy.name}`;
  return [
    `cluster ${cluster}: ${isRealized(report) ? 'all realized' : ready ? 'NOT all realized' : 'the manager is not ready yet'} (generation ${generation}, ${workloads} workloads, its peers' included)`,
    '',
    ...table(['POLICY', 'KIND', 'TIER', 'STATE'], policies.map((policy) => [scope(policy), policy.kind, policy.tier ?? '-', policyState(policy)])),
    '',
    ...table(['NODE', 'ENDPOINTS', 'STATE'], nodes.map((node) => [node.node, String(node.endpoints.length), nodeState(node)])),
    ...(peers.length === 0 ? [] : ['', ...table(['PEER', 'IMPORTED', 'STATE'], peers.map((peer) => [peer.cluster, String(peer.imported), `${peer.connected ? 'connected' : 'not connected'}${peer.refused.length === 0 ? '' : `; refused: ${peer.refused.join('; ')}`}`]))]),
    ...errors.map((error) => `  error: ${error}`),
  ].join('\n');
};
