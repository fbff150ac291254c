/** The real kernel, elements by netlink, keeps the contract of kernel ports; and what was written by it alone needs no reading back. */
import { execFileSync } from 'node:child_process';
import type { ElementChange, NftState } from '@firsthop/ruleset';
import { kernelPortContract } from '@firsthop/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dataplane } from '../dataplane.ts';
import type { KernelPort } from '../kernel-port.ts';
import { netlinkPort } from './netlink-port.ts';

const netns = `firsthop-netlink-port-${process.pid}`;
const nft = (...args: readonly string[]): string => execFileSync('ip', ['netns', 'exec', netns, 'nft', ...args], { encoding: 'utf8' });
beforeAll(() => void execFileSync('ip', ['netns', 'add', netns]));
afterAll(() => void execFileSync('ip', ['netns', 'del', netns]));

const ports: KernelPort[] = [];
const makePort = (): KernelPort => {
  const port = netlinkPort({ netns });
  ports.push(port);
  return port;
};
afterAll(() => {
  for (const port of ports) port.close?.();
});

kernelPortContract(makePort, () => Promise.resolve(void nft('flush', 'ruleset')));

describe('a data plane over it', () => {
  const state = (...addresses: readonly string[]): NftState =>
    new Map([
      ['inet', { chains: new Map([['closed', { rules: ['ip saddr @peers accept', 'drop'] }]]), maps: new Map([['peers', { type: 'ipv4_addr', interval: false, elements: new Map(addresses.map((address) => [address, ''])) }]]), counters: new Set<string>() }],
      ['bridge', { chains: new Map(), maps: new Map(), counters: new Set<string>() }],
    ]);

  /** Counts what is asked of the port. */
  const watched = (): { readonly port: KernelPort; readonly reads: () => number } => {
    const port = makePort();
    let reads = 0;
    return { port: { ...port, read: () => (reads++, port.read()) }, reads: () => reads };
  };

  it('does not read back what came alone, and still says what is there', async () => {
    nft('flush', 'ruleset');
    const { port, reads } = watched();
    const dataplane = new Dataplane(port);
    await dataplane.realize(state('10.0.0.1'));
    const before = reads();
    const outcome = await dataplane.realize(state('10.0.0.2', '10.0.0.3'));
    expect(reads()).toBe(before);
    expect(nft('list', 'set', 'inet', 'firsthop', 'peers')).toContain('elements = { 10.0.0.2, 10.0.0.3 }');
    // A second one, that has seen nothing, finds nothing to do and the same digest.
    expect(await new Dataplane(makePort()).realize(state('10.0.0.2', '10.0.0.3'))).toEqual({ ...outcome, changes: 0 });
  });

  describe('that is told what changed', () => {
    const peers = (held: NftState): Map<string, string> => held.get('inet')?.maps.get('peers')?.elements as Map<string, string>;
    const come = (held: NftState, key: string): ElementChange[] => {
      peers(held).set(key, '');
      return [{ map: 'peers', key, was: undefined, now: '' }];
    };
    const listed = (): string => nft('list', 'set', 'inet', 'firsthop', 'peers');
    const begun = async (): Promise<{ readonly dataplane: Dataplane; readonly held: NftState; readonly reads: () => number }> => {
      nft('flush', 'ruleset');
      const { port, reads } = watched();
      const [dataplane, held] = [new Dataplane(port), state('10.0.0.1')];
      await dataplane.realize(held);
      return { dataplane, held, reads };
    };
    const freshDigest = async (held: NftState): Promise<unknown> => new Dataplane(makePort()).realize(held);

    it('writes that and reads nothing', async () => {
      const { dataplane, held, reads } = await begun();
      const before = reads();
      const outcome = await dataplane.realize(held, come(held, '10.0.0.2'));
      expect([reads(), listed()]).toEqual([before, expect.stringContaining('10.0.0.1, 10.0.0.2')]);
      expect(await freshDigest(held)).toEqual({ ...outcome, changes: 0 });
      peers(held).delete('10.0.0.1');
      expect(await dataplane.realize(held, [{ map: 'peers', key: '10.0.0.1', was: '', now: undefined }])).toMatchObject({ changes: 1 });
      expect(listed()).toContain('elements = { 10.0.0.2 }');
      expect(reads()).toBe(before);
    });

    it('puts drift right that it was told of before', async () => {
      const { dataplane, held } = await begun();
      nft('add', 'element', 'inet', 'firsthop', 'peers', '{ 10.9.9.9 }');
      expect(await dataplane.verify()).toEqual({ drift: 1 });
      expect(await dataplane.realize(held, [])).toMatchObject({ changes: 1 });
      expect(listed()).toContain('elements = { 10.0.0.1 }');
    });

    it('compares everything again after a refusal', async () => {
      const { dataplane, held } = await begun();
      nft('add', 'element', 'inet', 'firsthop', 'peers', '{ 10.0.0.2 }');
      nft('flush', 'chain', 'inet', 'firsthop', 'closed');
      nft('delete', 'set', 'inet', 'firsthop', 'peers');
      expect(await dataplane.realize(held, come(held, '10.0.0.3'))).toEqual({ error: expect.stringContaining('ENOENT') as string });
      expect(await dataplane.realize(held, [])).toMatchObject({ changes: expect.any(Number) as number });
      expect(listed()).toContain('10.0.0.1, 10.0.0.3');
      expect(nft('list', 'chain', 'inet', 'firsthop', 'closed')).toContain('ip saddr @peers accept');
    });
  });

  it('says what the kernel refused, and repairs it with the next pass', async () => {
    nft('flush', 'ruleset');
    const dataplane = new Dataplane(makePort());
    await dataplane.realize(state('10.0.0.1'));
    nft('flush', 'set', 'inet', 'firsthop', 'peers');
    expect(await dataplane.realize(state('10.0.0.2'))).toEqual({ error: expect.stringContaining('ENOENT') as string });
    expect(await dataplane.realize(state('10.0.0.2'))).toMatchObject({ changes: 1 });
    expect(nft('list', 'set', 'inet', 'firsthop', 'peers')).toContain('elements = { 10.0.0.2 }');
  });
});
