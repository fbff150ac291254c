/** What belongs to a connection passes with it, and nothing else does: answers, and ICMP errors about it. The rules that say so are taken out one by one. */
import { formatAddress } from '@firsthop/netaddr';
import type { NftState } from '@firsthop/ruleset';
import type { ProbeProtocol } from '@firsthop/lab';
import { decisionOf, handMadeTables, NodeGround, type PortSteps, rowOf } from '@firsthop/testkit';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ground = new NodeGround({ pods: ['a', 'b'] });
const [allow, drop] = [decisionOf('a', 'allow'), decisionOf('d', 'drop')];
const [open, closed] = [rowOf('1', allow), rowOf('2', drop)];
const only80: PortSteps = [[80, 80, allow]];
const some = rowOf('3', drop, { 6: only80, 17: only80, 132: only80 });
/** `a` may begin anything and take nothing; `b` takes port 80 and may begin nothing. */
const whole = ground.ruleset(
  handMadeTables({
    decisions: [allow, drop],
    groups: { asks: { ingress: closed, egress: open }, serves: { ingress: some, egress: closed } },
    endpoints: [ground.endpoint('a', 'asks'), ground.endpoint('b', 'serves')],
  }),
);

/** The same with other rules in the chains that all packets of endpoints go through. */
const mutated = (change: (rules: readonly string[]) => readonly string[]): NftState => {
  const inet = whole.get('inet');
  if (inet === undefined) throw new Error('no inet table');
  const chains = new Map([...inet.chains].map(([name, chain]) => [name, ['from_owned', 'to_managed'].includes(name) ? { ...chain, rules: change(chain.rules) } : chain]));
  return new Map([...whole, ['inet', { ...inet, chains }]]);
};
const without = (start: string): NftState => mutated((rules) => rules.filter((rule) => !rule.startsWith(start)));

describe('what belongs to a connection', () => {
  const realize = (state: NftState): Promise<number> => ground.realize(state);
  const ask = (from: string, to: string, protocol: ProbeProtocol, family: 0 | 1): Promise<string> => ground.ask({ from, to, protocol, port: 80, family, patience: 150 });
  /** What a datagram that nobody waits for comes to: the receiver's kernel says so by an ICMP error, if it may. */
  const refused = (port: number, family: 0 | 1): string =>
    spawnSync('ip', ['netns', 'exec', ground.workload('a').namespace, process.execPath, '-e', `const s = require('dgram').createSocket('udp${family === 0 ? 4 : 6}'); s.on('error', (e) => { process.stdout.write(e.code); process.exit(); }); s.connect(${port}, '${formatAddress(ground.addressOf('b', family))}', () => s.send('x')); setTimeout(() => { process.stdout.write('silence'); process.exit(); }, 1000)`], { encoding: 'utf8' }).stdout;

  beforeAll(() => ground.build());
  afterAll(() => ground.remove());

  it.each([0, 1] as const)('an ICMP error about an allowed flow comes back, though its sender may begin nothing; family %i', async (family) => {
    await realize(whole);
    expect([refused(80, family), refused(81, family)]).toEqual(['ECONNREFUSED', 'silence']);
    await realize(without('ct state related'));
    expect(refused(80, family)).toBe('silence');
  });

  it.each([0, 1] as const)('an ICMP error about nothing, or about what was denied, is judged by policy; family %i', async (family) => {
    const unreachable = family === 0 ? { type: 3, code: 3 } : { type: 1, code: 4 };
    await realize(whole);
    expect(await ground.prober.probe({ fromNamespace: ground.workload('b').namespace, toNamespace: ground.workload('a').namespace, source: ground.addressOf('b', family), destination: ground.addressOf('a', family), protocol: 'ICMP', port: 0, icmp: unreachable })).toEqual({ verdict: 'drop', arrived: false });
    // Whoever lets all ICMP pass that conntrack does not know lets it in.
    await realize(mutated((rules) => ['meta l4proto { 1, 58 } accept', ...rules]));
    expect((await ground.prober.probe({ fromNamespace: ground.workload('b').namespace, toNamespace: ground.workload('a').namespace, source: ground.addressOf('b', family), destination: ground.addressOf('a', family), protocol: 'ICMP', port: 0, icmp: unreachable })).arrived).toBe(true);
  });

  it.each(([0, 1] as const).flatMap((family) => (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({ family, protocol }))))('$protocol, family $family: answers pass by the shortcut, and by nothing else', async ({ family, protocol }) => {
    await realize(whole);
    expect([await ask('a', 'b', protocol, family), await ask('b', 'a', protocol, family)]).toEqual(['allow', 'drop']);
    await realize(without('ct direction reply ct state established'));
    expect(await ask('a', 'b', protocol, family)).toBe('drop');
  });
});
