/** Proof of path on a real kernel: what is put on a pod's interface is seen, and seen to be gone. */
import { attachedPrograms, Rtnetlink } from '@firsthop/netlink';
import type { EndpointBinding } from '@firsthop/plan';
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { attachProgram } from './attach-program.kernel-fixture.ts';
import { findBypasses } from './find-bypasses.ts';
import { listLinks } from './host-links.ts';
import { watchLinks } from './watch-links.ts';

const space = `fhpath-${process.pid}`;
const namespace = `/run/netns/${space}`;
const EINVAL = 22;
const run = (program: 'ip' | 'tc', text: string): string => execFileSync(program, ['-n', space, ...text.split(' ')], { encoding: 'utf8' });
const bindings: readonly EndpointBinding[] = [{ endpoint: 'pod', via: { kind: 'routed', device: 'cali1' } }, { endpoint: 'other', via: { kind: 'routed', device: 'cali2' } }, { endpoint: 'vm', via: { kind: 'bridged', bridge: 'br0', port: 'tap0' } }];
const found = async (): Promise<string[]> => findBypasses(await listLinks({ namespace }), bindings).map(({ endpoint, reason }) => `${endpoint} ${reason.split(':')[0] ?? ''}`);

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', space]);
  const lines = ['link set lo up', ...['cali1', 'cali2', 'tap0', 'eth0'].flatMap((name) => [`link add ${name} type veth peer name p${name}`, `link set ${name} up`]), 'link add br0 type bridge', 'link set br0 up', 'link set tap0 master br0', 'link add ifb0 type ifb', 'link set ifb0 up'];
  execFileSync('ip', ['-n', space, '-batch', '-'], { input: lines.join('\n') });
});
afterEach(async () => expect(await found()).toEqual([]));
afterAll(() => void execFileSync('ip', ['netns', 'delete', space]));

const redirect = (device: string, side: string, to: string): void => {
  run('tc', `qdisc add dev ${device} clsact`);
  run('tc', `filter add dev ${device} ${side} prio 5 u32 match u32 0 0 action mirred egress redirect dev ${to}`);
};

it.each([
  { name: 'a filter that sends away what comes from a pod', device: 'cali1', side: 'ingress', to: 'eth0', seen: ['pod BypassedFilter'] },
  { name: 'a filter that sends away what goes to a pod', device: 'cali2', side: 'egress', to: 'eth0', seen: ['other BypassedFilter'] },
  { name: 'from one pod straight to another', device: 'cali1', side: 'ingress', to: 'cali2', seen: ['pod BypassedFilter', 'other BypassedFilter'] },
  { name: 'from the wire straight to a pod', device: 'eth0', side: 'ingress', to: 'cali1', seen: ['pod BypassedFilter'] },
  { name: "a machine's port", device: 'tap0', side: 'ingress', to: 'eth0', seen: ['vm BypassedFilter'] },
  { name: 'bandwidth on an ifb is none', device: 'cali1', side: 'ingress', to: 'ifb0', seen: [] },
])('$name', async ({ device, side, to, seen }) => {
  redirect(device, side, to);
  expect(await found()).toEqual(seen);
  run('tc', `qdisc del dev ${device} clsact`);
});

it('a copy is no detour', async () => {
  run('tc', 'qdisc add dev cali1 clsact');
  run('tc', 'filter add dev cali1 ingress u32 match u32 0 0 action mirred egress mirror dev eth0');
  expect(await found()).toEqual([]);
  run('tc', 'qdisc del dev cali1 clsact');
});

it('what tc says is what is read', () => {
  redirect('cali1', 'ingress', 'eth0');
  const kernel = new Rtnetlink({ namespace });
  try {
    const [link, target] = ['cali1', 'eth0'].map((name) => kernel.links().find((one) => one.name === name)?.index ?? 0);
    expect(kernel.queueing().filter((one) => one.link === link).map(({ kind }) => kind)).toContain('clsact');
    expect(kernel.filters(link ?? 0, 'ingress').filter(({ redirects }) => redirects.length > 0)).toEqual([{ link, side: 'ingress', kind: 'u32', priority: 5, program: undefined, redirects: [target] }]);
    expect(kernel.filters(link ?? 0, 'egress')).toEqual([]);
  } finally {
    kernel.close();
    run('tc', 'qdisc del dev cali1 clsact');
  }
});

it('a pod that became a port', async () => {
  run('ip', 'link set cali2 master br0');
  expect(await found()).toEqual(['other BypassedMaster']);
  run('ip', 'link set cali2 nomaster');
});

it.for([{ place: 'tcx ingress', reason: 'BypassedProgram' }, { place: 'tcx egress', reason: 'BypassedProgram' }, { place: 'xdp', reason: 'BypassedXdp' }] as const)('a program at $place', async ({ place, reason }, { skip }) => {
  let detach: () => void;
  try {
    detach = attachProgram(namespace, 'cali1', place);
  } catch (error) {
    // Before 6.6 there is no tcx.
    if (place !== 'xdp' && String(error).endsWith(`errno ${EINVAL}`)) return skip('this kernel has no such place');
    throw error;
  }
  try {
    expect(await found()).toEqual([`pod ${reason}`]);
  } finally {
    detach();
  }
});

it('flow tables are asked for, and this kernel answers', async () => {
  const nft = (text: string): void => void execFileSync('ip', ['netns', 'exec', space, 'nft', text], { stdio: 'pipe' });
  nft('add table inet fast');
  let canHave = true;
  try {
    nft('add flowtable inet fast f { hook ingress priority 0; devices = { cali1 }; }');
  } catch {
    // Not every kernel has them.
    canHave = false;
  }
  expect((await listLinks({ namespace })).flowTables).toEqual(canHave ? [{ name: 'inet fast f', devices: ['cali1'] }] : []);
  nft('delete table inet fast');
});

it('nobody has programs where there are none', () => expect([...attachedPrograms([1], namespace).values()]).toEqual([[]]));

it('whoever watches is told of a filter', async () => {
  const stop = new AbortController();
  const told = new Promise<void>((resolve) => watchLinks(resolve, stop.signal, { namespace }));
  redirect('cali1', 'ingress', 'eth0');
  await told;
  run('tc', 'qdisc del dev cali1 clsact');
  stop.abort();
});
