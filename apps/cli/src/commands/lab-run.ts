/**
 * `firsthop lab run`: the questions of `verify`, asked of a real kernel with real packets.
 *
 * @module
 */
import type { Address } from '@firsthop/netaddr';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { readManifests, readProbes, reportFaults } from '../input.ts';
import { chooseKernel } from '../lab/choose-kernel.ts';
import { type Attributed, type ObservedDecision, ProbeRunner } from '../lab/probe-runner.ts';
import { printJson, say } from '../terminal.ts';
import { probeId, probeOf, type ProbeResult, type ResolvedProbe, resolveProbe, verifyProbes } from '../verify/index.ts';
import { type LabSession, withLab } from './lab-session.ts';
import { familyOption } from './verify.ts';

export interface LabRunOptions {
  readonly file: readonly string[];
  readonly probes: string;
  readonly nodes: string;
  readonly family?: string;
  readonly kernel: string;
}

type Observed = Omit<ProbeResult, 'egress' | 'ingress'> & { readonly observed: boolean; readonly egress?: unknown; readonly ingress?: unknown };

export const labRun = async (options: LabRunOptions): Promise<number> => {
  const loaded = readManifests(options.file);
  const raw = readProbes(options.probes);
  const family = familyOption(options.family);
  const rehearsal = verifyProbes({ loaded, probes: raw, ipBlocks: 'all', file: options.probes, ...(family === undefined ? {} : { family }) });
  if (!reportFaults(loaded) || rehearsal.errors.length > 0) {
    for (const { path, message } of rehearsal.errors) say(`error: ${options.probes} ${path}: ${message}`);
    return exitCodes.usage;
  }
  const list = (raw as { probes: unknown[] }).probes;
  const resolved = list.flatMap((probe): ResolvedProbe[] => {
    const one = resolveProbe(loaded, probe, family);
    return one.ok ? [one.value] : [];
  });
  const outside = resolved.flatMap(({ source, destination }) => [source, destination].filter((side) => side.outside).map(({ address }) => address));
  const nodes = Number(options.nodes);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 50) throw new UsageError('--nodes is a number from 1 to 50');
  const { kernel, why } = chooseKernel(options.kernel);
  if (kernel === 'simulated') say(`Simulated kernel: no packet is sent (${why ?? ''}); every result is marked "observed": false.`);
  const results = await withLab(loaded, { nodes, kernel, outside: [...new Set<Address>(outside)] }, (session) => observe(session, list, resolved, loaded.clusters.size > 1));
  printJson({ results, warnings: [...loaded.warnings, ...rehearsal.warnings], errors: [] });
  return exitCodes.ok;
};

const observe = async ({ run }: LabSession, list: readonly unknown[], resolved: readonly ResolvedProbe[], withClusters: boolean): Promise<Observed[]> => {
  const runner = new ProbeRunner(run);
  const results: Observed[] = [];
  for (const [i, probe] of resolved.entries()) {
    const seen = await runner.observe(probeOf(probe));
    if (seen !== undefined) results.push(resultOf(probeId(list[i], i), seen, withClusters, run.ground.kernel === 'linux'));
  }
  return results;
};

const resultOf = (id: string, { verdict, egress, ingress }: Attributed, withClusters: boolean, observed: boolean): Observed => ({
  id,
  verdict,
  observed,
  ...(egress === undefined ? {} : { egress: decisionJson(egress, withClusters) }),
  ...(ingress === undefined ? {} : { ingress: decisionJson(ingress, withClusters) }),
});

interface Ref {
  readonly cluster?: string;
}

/** As `verify` prints it: no direction, and no cluster where there is only one. */
const decisionJson = (decision: ObservedDecision, withClusters: boolean): unknown => {
  const { direction: _direction, ...rest } = decision as ObservedDecision & { readonly policy?: Ref; readonly isolatedBy?: readonly Ref[] };
  const ref = (one: Ref): Ref => {
    const { cluster, ...others } = one;
    return withClusters && cluster !== undefined ? { cluster, ...others } : others;
  };
  return { ...rest, ...(rest.policy === undefined ? {} : { policy: ref(rest.policy) }), ...(rest.isolatedBy === undefined ? {} : { isolatedBy: rest.isolatedBy.map(ref) }) };
};
