/**
 * `firsthop-agent check CONFIG`: whether the kernel holds what the plan on disk says, by hash. Changes nothing and asks nobody.
 *
 * @module
 */
import { Classifier } from '@firsthop/classifier';
import type { KernelPort } from '@firsthop/dataplane';
import { bindEndpoints } from '@firsthop/hostif';
import { type NftState, renderRuleset } from '@firsthop/ruleset';
import { readConfig } from '../config.ts';
import { hostOf } from '../host.ts';
import { PlanStore } from '../plan-store.ts';
import { type Comparison, compareStates } from './compare-states.ts';
import { type CheckReport, renderCheck } from './render-check.ts';

export const checkExit: Readonly<Record<CheckReport['result'], number>> = { equal: 0, failed: 1, different: 3 };

/** An agent that has just been installed lets older connections go on for a while, so that one plan has two states that are right. */
const nearest = async (port: KernelPort, wanted: readonly NftState[]): Promise<Comparison> => {
  const comparisons = [];
  for (const desired of wanted) comparisons.push(compareStates(await port.read(desired), desired));
  const [first] = comparisons.toSorted((a, b) => a.differences.length - b.differences.length);
  if (first === undefined) throw new Error('there is nothing to compare with');
  return first;
};

const compare = async (configFile: string): Promise<CheckReport> => {
  const config = readConfig(configFile, process.env);
  const { plan, faults } = new PlanStore(config.stateDir, config.node).load();
  if (plan === undefined) return { result: 'failed', error: [...faults, 'there is no plan on disk to compare with'].join('; ') };
  const host = hostOf(config);
  try {
    const classifier = new Classifier();
    classifier.replace(plan);
    const { bindings } = bindEndpoints(await host.listLinks(), [...plan.endpoints.values()]);
    const tables = classifier.tables();
    const wanted = (isAdopting: boolean): NftState => renderRuleset({ tables, bindings, host: { exclusivePrefixes: config.exclusivePrefixes, isAdopting } }, host.encoding);
    const comparison = await nearest(host.port, [wanted(false), wanted(true)]);
    return { result: comparison.differences.length === 0 && comparison.actual === comparison.desired ? 'equal' : 'different', revision: plan.revision.digest, encoding: host.encoding.name, ...comparison };
  } finally {
    host.port.close?.();
    host.connections?.close();
  }
};

/** Exit code. `isJson`: one line of JSON, with every difference. */
export const runCheck = async (configFile: string, isJson: boolean, print: (text: string) => void): Promise<number> => {
  const report = await compare(configFile).catch((error: unknown): CheckReport => ({ result: 'failed', error: error instanceof Error ? error.message : String(error) }));
  print(isJson ? JSON.stringify(report) : renderCheck(report));
  return checkExit[report.result];
};
