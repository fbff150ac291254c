/** T10: policy is tightened under living flows. The denied half falls silent, in both directions; the other half does not notice. */
import { kernelConnections } from '@firsthop/dataplane';
import { formatAddress, type Address } from '@firsthop/netaddr';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deniedBy } from '../src/denied-connections.ts';
import { FlowProcess, type FlowReport } from './flows/flow-process.ts';
import { runName, StandingAgent } from './standing-agent.ts';
import { StandingPipeline } from './standing-pipeline.ts';

const isFull = process.env['FIRSTHOP_FULL'] === '1';
/** Of each protocol, and of each half. */
const flows = isFull ? 5000 : 250;
const periodMs = isFull ? 2000 : 200;

const node = new StandingAgent(runName('c'), ['db', 'kept', 'cut']);
const policy = (name: string, role: string, from: readonly string[]): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: 'app' }, spec: { podSelector: { matchLabels: { role } }, policyTypes: ['Ingress'], ingress: from.length === 0 ? [] : [{ from: from.map((one) => ({ podSelector: { matchLabels: { role: one } } })) }] } });
const planFor = (directory: number, from: readonly string[]) => node.plan(directory, [policy('db', 'db', from), policy('kept', 'kept', []), policy('cut', 'cut', [])]);

let pipeline: StandingPipeline;
const processes: FlowProcess[] = [];
beforeAll(async () => {
  await node.build();
  pipeline = new StandingPipeline(node.netns);
});
afterAll(async () => {
  for (const one of processes) one.end();
  pipeline.close();
  await node.remove();
});

const newlyHeard = (before: FlowReport, after: FlowReport): number[] => after.heard.map((count, i) => count - (before.heard[i] ?? 0));
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const p99 = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

it(`${4 * flows} flows, half of them denied`, { timeout: 300_000 }, async () => {
  const connections = kernelConnections({ namespace: `/run/netns/${node.netns}` });
  const address = formatAddress(node.workload('db').addresses[0] as Address);
  await pipeline.realize(planFor(1, ['kept', 'cut']));
  processes.push(await FlowProcess.start(node.workload('db').namespace, 'server', address, 7000, periodMs));
  const start = (name: string): Promise<FlowProcess> => FlowProcess.start(node.workload(name).namespace, 'client', address, 7000, periodMs, flows);
  const [kept, cut] = [await start('kept'), await start('cut')];
  processes.push(kept, cut);
  /** What is heard on each flow in two periods. */
  const listen = async (who: FlowProcess): Promise<number[]> => {
    const before = await who.report();
    await delay(2 * periodMs + 100);
    return newlyHeard(before, await who.report());
  };
  expect((await listen(cut)).filter((count) => count === 0)).toHaveLength(0);

  // The broken variant that ends nothing: what is denied still hears the answers to what it asked before.
  await pipeline.realize(planFor(2, ['kept']));
  await delay(200);
  const withoutEnding = sum(await listen(cut));
  expect(withoutEnding).toBeGreaterThan(flows);

  const tables = pipeline.enforcement.tables;
  if (tables === undefined) throw new Error('no tables');
  const began = performance.now();
  const endedCount = await connections.endWhere(deniedBy(tables));
  const ackAt = Date.now();
  const took = performance.now() - began;
  expect(endedCount).toBeGreaterThanOrEqual(2 * flows);
  await delay(200);
  const [keptHeard, cutHeard] = await Promise.all([listen(kept), listen(cut)]);
  const [keptReport, cutReport] = [await kept.report(), await cut.report()];
  const lastByte = p99(cutReport.lastAt.map((at) => at - ackAt));
  console.log(`${endedCount} connections ended in ${took.toFixed(0)} ms; last byte of the denied half ${lastByte} ms after that (p99); without ending it heard ${withoutEnding} messages more`);
  expect(sum(cutHeard)).toBe(0);
  expect(lastByte).toBeLessThanOrEqual(200);
  expect(keptHeard.filter((count) => count === 0)).toHaveLength(0);
  expect(sum(keptReport.ended)).toBe(0);

  // The broken variant that ends everything: those who are allowed fall silent too.
  await connections.endWhere(() => true);
  await delay(200);
  const silenced = (await listen(kept)).filter((count) => count === 0).length;
  console.log(`a flush of all connections silences ${silenced} flows that policy allows`);
  expect(silenced).toBeGreaterThan(0);
  connections.close();
});
