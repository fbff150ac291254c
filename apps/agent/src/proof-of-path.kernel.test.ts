/** An endpoint's state follows what stands on its interface, in a real kernel: nobody has to ask. */
import { Dataplane, netlinkPort } from '@firsthop/dataplane';
import { listLinks, watchLinks } from '@firsthop/hostif';
import { ipv4 } from '@firsthop/netaddr';
import type { NodePlan, PolicyGroupId, Stage } from '@firsthop/plan';
import type { EndpointState } from '@firsthop/wire';
import { kernelCan } from '@firsthop/testkit';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Enforcement } from './enforcement.ts';

const space = `fhproof-${process.pid}`;
const namespace = `/run/netns/${space}`;
const tc = (text: string): void => void execFileSync('tc', ['-n', space, ...text.split(' ')]);
const group = '0'.repeat(16) as PolicyGroupId;
const open = (direction: 'ingress' | 'egress'): Stage => ({ kind: 'default', verdict: 'allow', attribution: { reason: 'workloadDefault', direction } });
const plan: NodePlan = {
  node: 'n',
  revision: { epoch: 1, watermarks: new Map(), digest: '0'.repeat(64) },
  ownNode: [], addressGroups: new Map(), rules: new Map(),
  policyGroups: new Map([[group, { id: group, ingress: [open('ingress')], egress: [open('egress')] }]]),
  endpoints: new Map([['e', { id: 'e', kind: 'pod', workload: 'shop/web', addresses: [ipv4(0x0af70001)], allowedAddresses: [], policyGroup: group }]]),
};

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', space]);
  execFileSync('ip', ['-n', space, '-batch', '-'], { input: ['link set lo up', ...['cali1', 'eth0'].flatMap((name) => [`link add ${name} type veth peer name p${name}`, `link set ${name} up`]), 'route add 10.247.0.1/32 dev cali1'].join('\n') });
});
afterAll(() => void execFileSync('ip', ['netns', 'delete', space]));

const nft = (text: string): void => void execFileSync('ip', ['netns', 'exec', space, 'nft', '-f', '-'], { input: text });
const intruders = [
  {
    name: 'a filter sends its packets elsewhere',
    isPossible: true,
    isTold: true,
    come: () => (tc('qdisc add dev cali1 clsact'), tc('filter add dev cali1 ingress u32 match u32 0 0 action mirred egress redirect dev eth0')),
    go: () => tc('qdisc del dev cali1 clsact'),
    reason: /^BypassedFilter: a filter of cali1 \(u32, ingress\) sends packets to eth0 past the policy; take it off/,
  },
  {
    name: 'a flow table takes them past the hooks',
    isPossible: kernelCan('flow tables'),
    isTold: false,
    come: () => nft('table inet fast {\nflowtable f {\nhook ingress priority 0; devices = { cali1, eth0 };\n}\n}'),
    go: () => nft('delete table inet fast'),
    reason: /^BypassedFlowTable: the flow table inet fast f takes packets of connections on (?:cali1, eth0|eth0, cali1) past/,
  },
] as const;

it.for(intruders)('Enforced, NotEnforced while $name, and Enforced again', { timeout: 10_000 * Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1) }, async ({ isPossible, isTold, come, go, reason }, { skip }) => {
  if (!isPossible) return skip('this kernel has none');
  const port = netlinkPort({ netns: space });
  const stop = new AbortController();
  const waiting: ((state: EndpointState) => boolean)[] = [];
  let last: EndpointState | undefined;
  const enforcement = new Enforcement({
    dataplane: new Dataplane(port),
    listLinks: () => listLinks({ namespace }),
    exclusivePrefixes: [],
    onRealized: ({ endpoints, error }) => {
      expect(error).toBeUndefined();
      [last] = endpoints;
      for (const wanted of waiting) if (last !== undefined) wanted(last);
    },
  });
  const becomes = (state: EndpointState['state']): Promise<EndpointState> =>
    new Promise((resolve) => {
      const look = (now: EndpointState): boolean => now.state === state && (resolve(now), true);
      if (last === undefined || !look(last)) waiting.push(look);
    });
  watchLinks(() => enforcement.linksChanged(), stop.signal, { namespace });
  try {
    enforcement.adopt(plan);
    await becomes('Enforced');
    come();
    // Nobody is told of a flow table: it is looked for with each reading back.
    if (!isTold) enforcement.linksChanged();
    expect((await becomes('NotEnforced')).reason).toMatch(reason);
    // The rules stay: who comes by them is judged.
    expect(execFileSync('ip', ['netns', 'exec', space, 'nft', 'list', 'map', 'inet', 'firsthop', 'from_if'], { encoding: 'utf8' })).toContain('cali1');
    go();
    if (!isTold) enforcement.linksChanged();
    await becomes('Enforced');
  } finally {
    stop.abort();
    port.close?.();
  }
});
