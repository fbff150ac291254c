/** Law: on every path a packet may take, policy of both directions decides, or the path is named as one that it does not decide; beside kube-proxy in both of its modes. */
import { chainEncoding, registerEncoding } from '@firsthop/ruleset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { without, type Cut } from './guards/guarded-ground.ts';
import { hasIptables, PathGround, type Regime } from './path-matrix/path-ground.ts';
import { type Cell, drawMatrix, walk, wrong } from './path-matrix/walk.ts';

const regimes: readonly Regime[] = ['allowed', 'denied by ingress', 'denied by egress', 'refused by ingress', 'refused by egress'];
const broken: readonly { readonly name: string; readonly regime: Regime; readonly cuts: readonly Cut[]; readonly seen: RegExp }[] = [
  { name: 'nobody judges what comes to an endpoint', regime: 'denied by ingress', cuts: [{ chain: 'h_fwd', rule: 'goto to_managed' }], seen: /pod to pod, same node/ },
  { name: 'nobody judges what an endpoint sends', regime: 'denied by egress', cuts: [{ chain: 'from_managed', rule: 'goto from_owned', instead: ['accept'] }], seen: /machine to outside/ },
  { name: 'a node may not reach its pods', regime: 'allowed', cuts: [{ chain: 'to_local', rule: 'fib saddr type local' }], seen: /node to its pod/ },
  { name: 'nobody reaches itself', regime: 'denied by ingress', cuts: ['from_owned', 'to_managed'].map((chain) => ({ chain, rule: '@self' })), seen: /pod to Service to itself/ },
  { name: 'who is refused hears nothing', regime: 'refused by ingress', cuts: [{ chain: `r_${'e'.padEnd(16, '0')}`, rule: 'reject' }], seen: /outside to node port to pod, other node/ },
  { name: 'a reset goes to a bridged machine past the translation', regime: 'refused by ingress', cuts: [{ chain: `r_${'e'.padEnd(16, '0')}`, rule: 'ct status dnat' }], seen: /machine to Service to pod IPv4 TCP: drop/ },
  { name: 'a node is not judged by its machines', regime: 'denied by ingress', cuts: [{ chain: 'h_out', rule: '@machine' }], seen: /node to its machine/ },
];

const places = ([{ mode: 'nftables', isThere: true }, { mode: 'iptables', isThere: hasIptables() }] as const).flatMap((one) => [chainEncoding, registerEncoding()].map((encoding) => ({ ...one, encoding })));

describe.each(places)('beside kube-proxy in mode $mode, told in $encoding.name', ({ mode, isThere, encoding }) => {
  const ground = new PathGround(`${mode === 'nftables' ? 'e' : 'f'}${encoding.name === 'chains' ? 'c' : 'd'}${process.pid.toString(16).padStart(3, '0').slice(-3)}`, encoding);
  beforeAll(() => (isThere ? ground.build(mode) : undefined));
  afterAll(() => ground.remove());

  it.runIf(isThere)('every path is as it should be', async () => {
    const walks = new Map<Regime, readonly Cell[]>();
    for (const regime of regimes) {
      await ground.realize(regime);
      walks.set(regime, await walk(ground, regime));
    }
    console.log(`${mode}, ${encoding.name}\n${drawMatrix(walks)}`);
    expect([...walks].flatMap(([regime, cells]) => wrong(cells).map((text) => `${regime}: ${text}`))).toEqual([]);
  });

  // The hooks are the same in both encodings.
  it.runIf(isThere).each(encoding === chainEncoding ? broken : [])('the matrix shows that $name', async ({ regime, cuts, seen }) => {
    await ground.realize(regime, (state) => without(state, cuts));
    expect(wrong(await walk(ground, regime)).join('\n')).toMatch(seen);
  });
});
