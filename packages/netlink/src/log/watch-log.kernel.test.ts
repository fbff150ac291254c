import { demolish, LabNetwork, NamespaceScope, planTopology, Prober } from '@firsthop/lab';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hookNumber } from '../nf-tables/objects.ts';
import { NfTables } from '../nf-tables/nf-tables.ts';
import { KernelError } from '../socket/kernel-error.ts';
import type { Listener } from '../socket/listener.ts';
import type { LogPacket } from './packet.ts';
import { watchLog, type WatchLogOptions } from './watch-log.ts';

/** An emulated machine needs longer. */
const slowness = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);

const run = `b${process.pid.toString(16).slice(-4)}`;
const [near4, far4] = [ipv4(0x0af4_0001), ipv4(0x0af4_0002)];
const [near6, far6] = [ipv6((0xfd00_0010_0244n << 80n) | 1n), ipv6((0xfd00_0010_0244n << 80n) | 2n)];
const pod = (name: string, addresses: Address[]) => ({ cluster: 'c', kind: 'pod' as const, name, node: 'n', addresses });
const topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [pod('near', [near4, near6]), pod('far', [far4, far6])], outside: [] });
const node = topology.nodes[0]!.namespace;
const [near, far] = topology.workloads.map((workload) => workload.namespace) as [string, string];
const namespace = `/run/netns/${node}`;
const group = 5;

/** Port 9 takes the burst. What is logged is counted. */
const rules = `
table inet t {
  counter burst { }
  counter others { }
  chain f {
    type filter hook forward priority 0;
    udp dport 9 counter name burst log group 5 prefix "burst" snaplen 96 drop
    iifname "${topology.workloads[0]!.device}" meta l4proto { tcp, udp, icmp, ipv6-icmp } meta mark set 3 counter name others log group 5 prefix "x" snaplen 96
  }
}`;

const scope = new NamespaceScope();
const prober = new Prober();

beforeAll(async () => {
  await new LabNetwork(topology, scope).build();
  execFileSync('ip', ['netns', 'exec', node, 'nft', '-f', '-'], { input: rules });
});
afterAll(() => {
  prober.close();
  scope.close();
  demolish(run);
});

const open: Listener[] = [];
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

interface Heard {
  readonly packets: LogPacket[];
  readonly faults: unknown[];
  missing: number;
  overruns: number;
  dropped: number;
}

const watch = (options: Partial<WatchLogOptions> = {}): { readonly heard: Heard; readonly listener: Listener } => {
  const heard: Heard = { packets: [], faults: [], missing: 0, overruns: 0, dropped: 0 };
  const listener = watchLog({
    namespace,
    group,
    onPacket: (packet) => void heard.packets.push(packet),
    onGap: (packets) => void (heard.missing += packets),
    onOverrun: ({ datagrams }) => void (heard.overruns++, (heard.dropped += datagrams)),
    onError: (error) => void heard.faults.push(error),
    ...options,
  });
  open.push(listener);
  return { heard, listener };
};

const probe = async (protocol: 'TCP' | 'UDP' | 'ICMP', family: 4 | 6): Promise<void> => {
  const [source, destination] = family === 4 ? [near4, far4] : [near6, far6];
  const said = await prober.probe({ fromNamespace: near, toNamespace: far, source, destination, protocol, port: 8080, patience: 3000 });
  expect(said.verdict).toBe('allow');
};

/** Addresses, protocol and destination port of an IP packet without options. */
const addressed = (payload: Buffer): readonly unknown[] => {
  const version = payload.readUInt8(0) >> 4;
  if (version === 4) return [payload.readUInt32BE(12), payload.readUInt32BE(16), payload.readUInt8(9), payload.readUInt16BE(22)];
  const wide = (at: number): bigint => (payload.readBigUInt64BE(at) << 64n) | payload.readBigUInt64BE(at + 8);
  return [wide(8), wide(24), payload.readUInt8(6), payload.readUInt16BE(42)];
};

/** From a process of its own: what sends cannot be what makes the event loop wait. */
const burst = (count: number): [string, string[]] => {
  const program = `
    const socket = require('node:dgram').createSocket('udp4');
    const payload = Buffer.alloc(200);
    let [begun, ended] = [0, 0];
    const more = () => { if (begun < ${count}) { begun++; socket.send(payload, 9, '10.244.0.2', () => { if (++ended === ${count}) socket.close(); else more(); }); } };
    for (let i = 0; i < 8; i++) more();`;
  return ['ip', ['netns', 'exec', near, process.execPath, '-e', program]];
};

/** Milliseconds. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
/** Milliseconds that this thread wanted to run and others had the processor. */
const waited = (): number => Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;

interface Stretches {
  /** Milliseconds of the longest turn of the event loop: what it worked, however busy the machine is. */
  readonly work: number;
  /** By the clock, without what others took of the processor: it waited for something. */
  readonly wait: number;
}

const longestStretches = async (during: () => Promise<void>): Promise<Stretches> => {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let [last, work] = [worked(), 0];
  const look = (): void => {
    const now = worked();
    [last, work] = [now, Math.max(work, now - last)];
  };
  const timer = setInterval(look, 1);
  const waitedBefore = waited();
  delays.enable();
  await during();
  delays.disable();
  clearInterval(timer);
  return { work, wait: delays.max / 1e6 - (waited() - waitedBefore) };
};

describe('a log group', () => {
  it.each([
    { how: 'one by one', settings: {} },
    { how: 'in datagrams of many', settings: { threshold: 50, longestDelay: 20, datagramSize: 32_768 } },
  ])('shows each packet, $how', async ({ settings }) => {
    const { heard } = watch(settings);
    for (let i = 0; i < 10; i++) for (const family of [4, 6] as const) await probe('UDP', family);
    await expect.poll(() => heard.packets.length).toBe(20);
    expect(heard).toMatchObject({ faults: [], missing: 0, overruns: 0, dropped: 0 });
    expect(heard.packets.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    for (const [i, packet] of heard.packets.entries()) {
      const v4 = i % 2 === 0;
      expect(addressed(packet.payload)).toEqual(v4 ? [near4, far4, 17, 8080] : [near6, far6, 17, 8080]);
      expect(packet).toMatchObject({ prefix: 'x', group, mark: 3, family: v4 ? 2 : 10, header: { etherType: v4 ? 0x800 : 0x86dd, hook: hookNumber.forward } });
      expect(packet.payload.length).toBe((v4 ? 20 : 40) + 8 + 16);
      expect(packet.hardwareAddress?.toString('hex')).toBe(topology.workloads[0]!.mac.replaceAll(':', ''));
    }
  });

  it('names devices as the namespace numbers them, and cuts packets', async () => {
    const links = JSON.parse(execFileSync('ip', ['-n', node, '-j', 'link'], { encoding: 'utf8' })) as { ifname: string; ifindex: number }[];
    const [inDevice, outDevice] = topology.workloads.map(({ device }) => links.find(({ ifname }) => ifname === device)!.ifindex);
    const { heard } = watch({ range: 30 });
    for (const protocol of ['TCP', 'ICMP'] as const) await probe(protocol, 4);
    await expect.poll(() => heard.packets.some(({ payload }) => payload.readUInt8(9) === 1)).toBe(true);
    for (const packet of heard.packets) {
      expect(packet).toMatchObject({ inDevice, outDevice });
      expect(packet.payload.length).toBe(30);
    }
    expect(new Set(heard.packets.map(({ payload }) => payload.readUInt8(9)))).toEqual(new Set([6, 1]));
  });

  it('has one listener, and is free when it is closed', async () => {
    const first = watch();
    const refusal = (): unknown => {
      try {
        watch().listener.close();
        return undefined;
      } catch (error) {
        return error;
      }
    };
    const said = refusal();
    expect(said).toBeInstanceOf(KernelError);
    expect((said as KernelError).code).toBe('EPERM');
    first.listener.close();
    expect(refusal()).toBeUndefined();
  });

  it('refuses settings that the kernel does not have', () => {
    expect(() => watch({ datagramSize: 1 << 20 })).toThrow(RangeError);
    // And leaves the group free.
    watch();
  });
});

describe('a burst that nobody can take in whole', () => {
  const count = 20_000;
  const counted = (nft: NfTables): { readonly burst: number; readonly all: number } => {
    const counters = new Map(nft.objects('inet', { table: 't' }).map(({ name, data }) => [name, Number(data?.packets)]));
    const burst = counters.get('burst') ?? 0;
    return { burst, all: burst + (counters.get('others') ?? 0) };
  };

  // Again if need be: whether a small buffer is too small is also for the machine to say.
  it.each([
    { how: 'in a small buffer', receiveRoom: 32 * 1024, settings: {}, isLossy: true, waitsForUs: false },
    { how: 'in a small buffer, many in a datagram', receiveRoom: 64 * 1024, settings: { threshold: 16, longestDelay: 10 }, isLossy: true, waitsForUs: false },
    { how: 'in a large buffer', receiveRoom: 64 << 20, settings: {}, isLossy: false, waitsForUs: false },
    { how: 'in a large buffer, all there before the first is read', receiveRoom: 64 << 20, settings: {}, isLossy: false, waitsForUs: true },
  ])('is counted, and holds nobody up: $how', { retry: 2 }, async ({ receiveRoom, settings, isLossy, waitsForUs }) => {
    const nft = new NfTables({ namespace });
    let seen = 0;
    const { heard } = watch({ receiveRoom, ...settings, onPacket: () => void seen++ });
    const before = counted(nft);
    const memoryBefore = process.memoryUsage().rss;
    if (waitsForUs) execFileSync(...burst(count));
    const { work, wait } = await longestStretches(async () => {
      if (!waitsForUs) await promisify(execFile)(...burst(count));
      // What was lost at the end shows once another packet comes.
      const isSettled = async (): Promise<boolean> => {
        await probe('UDP', 4);
        await delay(30);
        return seen + heard.missing === counted(nft).all - before.all;
      };
      await expect.poll(isSettled, { timeout: 5000 }).toBe(true);
    });
    const grown = process.memoryUsage().rss - memoryBefore;
    const sent = counted(nft).burst - before.burst;
    nft.close();
    expect(sent).toBe(count);
    expect(heard.faults).toEqual([]);
    expect(heard.overruns > 0).toBe(isLossy);
    expect(heard.missing > 0).toBe(isLossy);
    if (!('threshold' in settings)) expect(heard.dropped).toBe(heard.missing);
    expect(work).toBeLessThan(20 * slowness);
    expect(wait).toBeLessThan(20 * slowness);
    expect(grown).toBeLessThan(64 << 20);
  });
});
