/** Arguments: NAMESPACE [flags of Node]. Prints figures as JSON. */
import { encodePlan } from '@firsthop/plan';
import { askControl } from '@firsthop/transport';
import { CertificateAuthority } from '@firsthop/trust';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PlanStore } from '../../apps/agent/src/plan-store.ts';
import { bundleAgent } from '../bundle/agent.ts';
import { footprintPlan, localAddress } from './footprint-plan.ts';

const shape = { endpoints: 250, remote: 100_000, policies: 100 };
const [settleMs, idleMs] = [15_000, 20_000];
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

const [netns = '', ...flags] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'firsthop-footprint-'));
const { file, bytes } = await bundleAgent(join(folder, 'agent'));
const plan = footprintPlan(shape);
const addresses = [...plan.addressGroups.values()].reduce((sum, { members }) => sum + members.size, 0);
if (plan.endpoints.size !== shape.endpoints || addresses < shape.remote) throw new Error(`a plan of ${plan.endpoints.size} endpoints and ${addresses} addresses`);
if (!new PlanStore(join(folder, 'state'), 'n').save(plan).ok) throw new Error('not saved');

const lines = Array.from({ length: shape.endpoints }, (_, i) => `link add fhp${i} type veth peer name peer${i}\nlink set fhp${i} up\nlink set peer${i} up\nroute add ${localAddress(i)}/32 dev fhp${i}`);
execFileSync('ip', ['-n', netns, '-batch', '-'], { input: `link set lo up\n${lines.join('\n')}\n` });
const authority = await CertificateAuthority.create('bench');
const issued = await authority.issue({ identity: { role: 'agent', cluster: 'c', name: 'n' } });
const tls = Object.fromEntries((['ca', 'cert', 'key'] as const).map((part) => {
  writeFileSync(join(folder, part), issued[part]);
  return [part, join(folder, part)];
}));
const controlSocket = join(folder, 'agent.sock');
const config = join(folder, 'agent.yaml');
writeFileSync(config, JSON.stringify({ cluster: 'c', node: 'n', managers: ['wss://127.0.0.1:9/agent'], tls, stateDir: join(folder, 'state'), controlSocket, exclusivePrefixes: ['fhp'] }));

const agent = spawn('ip', ['netns', 'exec', netns, process.execPath, ...flags, file, config], { stdio: ['ignore', 'ignore', 'ignore'] });
const started = performance.now();
const megabytesOf = (pid: number | undefined, key: string): number => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]) / 1024;
/** Of a process that does nothing, after it has said a word. */
const residentOf = async (script: string): Promise<number> => {
  const idle = spawn(process.execPath, [...flags, '--input-type=module', '-e', `${script}; setInterval(() => undefined, 1e6); console.log('ready');`, '--', '--help'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => idle.stdout.on('data', (text) => String(text).includes('ready') && resolve(undefined)));
  const resident = megabytesOf(idle.pid, 'VmRSS');
  idle.kill('SIGKILL');
  return resident;
};
interface Status { readonly realized?: { readonly error?: string; readonly endpoints: readonly { readonly state: string }[] } }
const status = async (): Promise<Status> => (await askControl(controlSocket, '/status').catch(() => ({}))) as Status;
try {
  let now = await status();
  for (; now.realized === undefined; now = await status()) {
    if (agent.exitCode !== null || performance.now() - started > 60_000) throw new Error('the agent realizes nothing');
    await delay(50);
  }
  if (now.realized.error !== undefined) throw new Error(now.realized.error);
  const enforced = now.realized.endpoints.filter(({ state }) => state === 'Enforced').length;
  if (enforced !== shape.endpoints) throw new Error(`${enforced} endpoints are enforced`);
  const firstMs = performance.now() - started;
  const statusOf = (key: string): number => megabytesOf(agent.pid, key);
  const ticks = (): number => {
    const [, rest = ''] = readFileSync(`/proc/${agent.pid ?? 0}/stat`, 'utf8').split(') ');
    return Number(rest.split(' ')[11]) + Number(rest.split(' ')[12]);
  };
  await delay(settleMs);
  const before = ticks();
  await delay(idleMs);
  const idle = ((ticks() - before) / TICKS / (idleMs / 1000)) * 100;
  console.log(JSON.stringify({ rss_mb: statusOf('VmRSS'), rss_of_files_mb: statusOf('RssFile'), peak_rss_mb: statusOf('VmHWM'), empty_node_mb: await residentOf(''), bundle_loaded_mb: await residentOf(`process.argv[2] = '--help'; await import('${file}')`), idle_cpu_pct: idle, in_force_ms: firstMs, bundle_kb: bytes / 1024, plan_kb: JSON.stringify(encodePlan(plan)).length / 1024 }));
} finally {
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill('SIGKILL');
  await ended;
  rmSync(folder, { recursive: true });
}
