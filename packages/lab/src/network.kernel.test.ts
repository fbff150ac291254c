import { type Address, formatAddress, parseAddress } from '@firsthop/netaddr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { demolish, LabNetwork, standingRuns } from './network.ts';
import { NamespaceScope } from './prober/namespace-scope.ts';
import { Prober } from './prober/prober.ts';
import type { ProbeProtocol } from './probe.ts';
import { type LabWorkload, planTopology } from './topology.ts';

const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};
const run = `a${process.pid.toString(16).slice(-3)}`;
const wish = (kind: 'pod' | 'vm', name: string, node: string, n: number) => ({ cluster: 'c', kind, name, node, addresses: [address(`10.244.0.${n}`), address(`fd00:10:244::${n}`)] });

describe('a lab without any policy lets everybody talk', () => {
  const topology = planTopology({
    run,
    nodes: [{ cluster: 'c', name: 'n1', addresses: [] }, { cluster: 'c', name: 'n2', addresses: [] }],
    workloads: [wish('pod', 'a', 'n1', 1), wish('pod', 'b', 'n1', 2), wish('pod', 'c', 'n2', 3), wish('vm', 'v', 'n1', 4), wish('vm', 'w', 'n1', 5)],
    outside: [address('203.0.113.9'), address('2001:db8::9')],
  });
  const scope = new NamespaceScope();
  const prober = new Prober({ patience: 250 * Math.min(4, Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1)) });
  const network = new LabNetwork(topology, scope);

  beforeAll(() => network.build());
  afterAll(() => {
    prober.close();
    scope.close();
    demolish(run);
    expect(standingRuns()).not.toContain(run);
  });

  const named = (name: string): LabWorkload => network.topology.workloads.find((workload) => workload.name === name) as LabWorkload;
  const probe = (from: string, to: string, family: 0 | 1, protocol: ProbeProtocol) =>
    prober.probe({ fromNamespace: named(from).namespace, toNamespace: named(to).namespace, source: named(from).addresses[family] as Address, destination: named(to).addresses[family] as Address, protocol, port: 8080 });

  const pairs = ['a>b', 'a>c', 'c>a', 'a>v', 'v>a', 'v>w', 'c>v'];
  it.each(pairs.flatMap((pair) => (['TCP', 'UDP', 'SCTP', 'ICMP'] as const).flatMap((protocol) => ([0, 1] as const).map((family) => ({ pair, protocol, family })))))(
    '$pair $protocol family $family',
    async ({ pair, protocol, family }) => {
      const [from, to] = pair.split('>') as [string, string];
      expect(await probe(from, to, family, protocol)).toEqual({ verdict: 'allow', arrived: true });
    },
  );

  it('reaches the outside and is reached from there', async () => {
    const inside = named('a');
    for (const [i, outside] of topology.outsideAddresses.entries()) {
      const source = inside.addresses[i] as Address;
      const out = { fromNamespace: inside.namespace, toNamespace: topology.outside, source, destination: outside };
      const back = { fromNamespace: topology.outside, toNamespace: inside.namespace, source: outside, destination: source };
      for (const path of [out, back]) expect(await prober.probe({ ...path, protocol: 'TCP', port: 443 }), formatAddress(path.destination)).toMatchObject({ verdict: 'allow' });
    }
  });

  it.each([
    { how: 'drop', verdict: 'drop' },
    { how: 'reject', verdict: 'reject' },
  ])('tells $how by what comes back', async ({ how, verdict }) => {
    const nft = (text: string): void => void execFileSync('ip', ['netns', 'exec', named('b').node.namespace, 'nft', '-f', '-'], { input: text });
    const out = `oifname "${named('b').device}"`;
    const rules = how === 'drop' ? [`${out} drop`] : [`${out} meta l4proto tcp reject with tcp reset`, `${out} reject with icmpx admin-prohibited`];
    nft(`table inet t {\nchain f {\ntype filter hook forward priority 0;\n${rules.join('\n')}\n}\n}`);
    for (const protocol of ['TCP', 'UDP', 'SCTP', 'ICMP'] as const) for (const family of [0, 1] as const) expect.soft(await probe('a', 'b', family, protocol), `${protocol} ${family}`).toEqual({ verdict, arrived: false });
    nft('delete table inet t');
  });
});
