/** The bundled agent works where there is nothing of this repository: it reads a real kernel, and says so where its machine code is missing. */
import { emptyPlan } from '@firsthop/plan';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlanStore } from '../../apps/agent/src/plan-store.ts';
import { bundleAgent } from './agent.ts';

const netns = `fhbundle-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), 'firsthop-bundle-'));
let file = '';

beforeAll(async () => {
  execFileSync('ip', ['netns', 'add', netns]);
  const bundle = await bundleAgent(join(folder, 'agent'));
  file = bundle.file;
  console.log(`${bundle.bytes} bytes`);
  expect(bundle.bytes).toBeLessThan(1_000_000);
});
afterAll(() => {
  execFileSync('ip', ['netns', 'del', netns]);
  rmSync(folder, { recursive: true });
});

const check = (): { readonly code: number | null; readonly out: string } => {
  const config = join(folder, 'agent.yaml');
  writeFileSync(config, JSON.stringify({ cluster: 'c', node: 'n', managers: ['wss://127.0.0.1:9/agent'], tls: { ca: 'a', cert: 'b', key: 'c' }, stateDir: join(folder, 'state'), controlSocket: join(folder, 'sock'), encoding: 'registers' }));
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', netns, process.execPath, file, 'check', config], { encoding: 'utf8', cwd: folder });
  return { code: status, out: `${stdout}${stderr}` };
};

it('compares a kernel with the plan on disk by netlink', () => {
  expect(new PlanStore(join(folder, 'state'), 'n').save(emptyPlan('n')).ok).toBe(true);
  expect(check()).toMatchObject({ code: 3, out: expect.stringContaining('table inet firsthop: is missing') as string });
});

it('without its machine code it says that', () => {
  rmSync(join(folder, 'agent', 'node_modules'), { recursive: true });
  expect(check()).toMatchObject({ code: 1, out: expect.stringContaining('koffi') as string });
});
