/**
 * `firsthop verify`: manifests and probes in, verdicts out, as contracts.md section 1 prints them. No cluster, no root.
 *
 * @module
 */
import { Verdicts } from '@firsthop/analysis';
import { readRecord } from '@firsthop/base';
import { formatPath } from '@firsthop/manifest';
import type { Family } from '@firsthop/netaddr';
import { type Decision, type DecisionJson, decisionJson, type Direction, type EvaluationOptions, type Probe, type Side, type Verdict, type Worlds } from '@firsthop/policy';
import { readAnswers } from './name-answers.ts';
import type { Loaded } from './parties.ts';
import { type ProbeFault, probeFault } from './probe-fault.ts';
import { type ResolvedProbe, type ResolvedSide, resolveProbe } from './resolve-probe.ts';

export interface VerifyRequest {
  readonly loaded: Loaded;
  /** Parsed JSON: `{probes: [...], answers: {name: [address]}}`. */
  readonly probes: unknown;
  readonly ipBlocks: NonNullable<EvaluationOptions['ipBlocks']>;
  readonly family?: Family;
  /** Milliseconds since 1970; undefined: every policy holds. */
  readonly at?: number;
  /** Name of the probes' file, for errors. */
  readonly file?: string;
}

export interface ProbeResult {
  readonly id: string;
  readonly verdict: Verdict;
  /** What it would be with everything enforced that is only monitored; there if anything is. */
  readonly monitor?: Verdict;
  readonly egress?: DecisionJson;
  readonly ingress?: DecisionJson;
}

export interface ProbeError {
  readonly file: string;
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

export interface VerifyReport {
  readonly results: readonly ProbeResult[];
  readonly warnings: readonly ProbeError[];
  readonly errors: readonly ProbeError[];
}

const probeLimit = 1_000_000;

const sideOf = ({ address, workload }: ResolvedSide): Side => ({ address, ...(workload === undefined ? {} : { workload: workload.id }) });

/** The question that the evaluator is asked. */
export const probeOf = ({ source, destination, protocol, port, icmp }: ResolvedProbe): Probe => ({
  source: sideOf(source),
  destination: sideOf(destination),
  protocol,
  ...(port === undefined ? {} : { port }),
  ...(icmp === undefined ? {} : { icmp }),
});

/** As written, or its place in the list: p1, p2, ... */
export const probeId = (raw: unknown, index: number): string => {
  const id = readRecord(raw)?.get('id');
  return typeof id === 'string' || typeof id === 'number' ? String(id) : `p${index + 1}`;
};

const judge = (id: string, resolved: ResolvedProbe, verdicts: Verdicts, withClusters: boolean): ProbeResult => {
  const probe = probeOf(resolved);
  const { verdict, monitor, egress, ingress } = verdicts.judge(probe);
  const json = (decision: Decision, direction: Direction): DecisionJson => decisionJson(decision, { withClusters }, decision.verdict === 'allow' ? undefined : verdicts.nearestMiss(probe, direction));
  return { id, verdict, ...(monitor === undefined ? {} : { monitor }), ...(egress === undefined ? {} : { egress: json(egress, 'egress') }), ...(ingress === undefined ? {} : { ingress: json(ingress, 'ingress') }) };
};

const readProbes = (raw: unknown): { readonly ok: true; readonly value: readonly unknown[] } | { readonly ok: false; readonly error: ProbeFault } => {
  const probes = readRecord(raw)?.get('probes');
  if (!Array.isArray(probes)) return probeFault(probes === undefined ? 'REQUIRED' : 'TYPE', [], '{"probes": [...]} is expected');
  return probes.length > probeLimit ? probeFault('TOO_LARGE', ['probes'], `at most ${probeLimit} probes are read`) : { ok: true, value: probes };
};

export const verifyProbes = ({ loaded, probes, ipBlocks, family, at, file = 'probes' }: VerifyRequest): VerifyReport => {
  const worlds: Worlds = new Map([...loaded.clusters].map(([cluster, { world }]) => [cluster, world]));
  const results: ProbeResult[] = [];
  const errors: ProbeError[] = [];
  const report = ({ code, path, message }: ProbeFault, prefix: ProbeFault['path']): void => void errors.push({ file, path: formatPath([...prefix, ...path]), code, message });
  const { names, faults } = readAnswers(readRecord(probes)?.get('answers'));
  for (const found of faults) report(found, []);
  const options: EvaluationOptions = { ipBlocks, names, ...(at === undefined ? {} : { at }) };
  const verdicts = new Verdicts(worlds, options);
  const list = readProbes(probes);
  if (!list.ok) report(list.error, []);
  const seen = new Set<string>();
  for (const [i, raw] of (list.ok ? list.value : []).entries()) {
    const id = probeId(raw, i);
    if (seen.has(id)) report({ code: 'DUPLICATE', path: ['id'], message: 'another probe has this id' }, ['probes', i]);
    seen.add(id);
    const resolved = resolveProbe(loaded, raw, family);
    if (resolved.ok) results.push(judge(id, resolved.value, verdicts, worlds.size > 1));
    else report(resolved.error, ['probes', i]);
  }
  return { results, warnings: [], errors };
};
