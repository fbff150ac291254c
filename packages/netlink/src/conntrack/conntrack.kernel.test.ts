import { demolish, LabNetwork, NamespaceScope, planTopology, Prober } from '@firsthop/lab';
import { type Address, ipv4, ipv6 } from '@firsthop/netaddr';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conntrack } from './conntrack.ts';
import { type ConntrackEntry, connectionStatus, tcpState, tcpTracking } from './entry.ts';
import type { ConntrackEvent } from './messages.ts';
import { protocolNumber, type Tuple } from './tuple.ts';
import { watchConnections } from './watch-connections.ts';

const run = `c${process.pid.toString(16).slice(-4)}`;
const [near4, far4] = [ipv4(0x0af4_0001), ipv4(0x0af4_0002)];
const [near6, far6] = [ipv6((0xfd00_0010_0244n << 80n) | 1n), ipv6((0xfd00_0010_0244n << 80n) | 2n)];
const pod = (name: string, addresses: Address[]) => ({ cluster: 'c', kind: 'pod' as const, name, node: 'n', addresses });
const topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: [pod('near', [near4, near6]), pod('far', [far4, far6])], outside: [] });
const node = topology.nodes[0]!.namespace;
const namespace = `/run/netns/${node}`;

/** Port 5000 is of another zone, in both directions. */
const rules = `
table inet t {
  chain zones { type filter hook prerouting priority raw; udp dport 5000 ct zone set 9; udp sport 5000 ct zone set 9; }
  chain track { type filter hook forward priority 0; ct state new ct mark set 7 ct label set 3 counter; }
}`;

const scope = new NamespaceScope();
const prober = new Prober({ patience: 250 * Math.min(4, Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1)) });
let table: Conntrack;

const probe = async (protocol: 'TCP' | 'UDP' | 'ICMP', family: 4 | 6, port = 8080): Promise<void> => {
  const [source, destination] = family === 4 ? [near4, far4] : [near6, far6];
  const said = await prober.probe({ fromNamespace: topology.workloads[0]!.namespace, toNamespace: topology.workloads[1]!.namespace, source, destination, protocol, port, patience: 3000 });
  expect(said.verdict).toBe('allow');
};

const all = async (): Promise<ConntrackEntry[]> => {
  const entries: ConntrackEntry[] = [];
  for await (const entry of table.entries()) if (isOurs(entry)) entries.push(entry);
  return entries;
};
/** The kernel has things to say by itself, to neighbours and groups. */
const isOurs = ({ original }: ConntrackEntry): boolean => [original.source, original.destination].every((one) => [near4, near6, far4, far6].some((ours) => ours === one));

beforeAll(async () => {
  await new LabNetwork(topology, scope).build();
  execFileSync('ip', ['netns', 'exec', node, 'nft', '-f', '-'], { input: rules });
  scope.inside(node, () => {
    for (const setting of ['acct', 'timestamp', 'events']) writeFileSync(`/proc/sys/net/netfilter/nf_conntrack_${setting}`, '1');
    // What a closed connection still sends would come to the table as a new one.
    writeFileSync('/proc/sys/net/netfilter/nf_conntrack_tcp_loose', '0');
  });
  table = new Conntrack({ namespace });
});
afterAll(() => {
  table.close();
  prober.close();
  scope.close();
  demolish(run);
});
beforeEach(async () => {
  await table.deleteWhere(() => true);
  expect(await all()).toEqual([]);
});

const mirrored = ({ source, destination, sourcePort, destinationPort, ...rest }: Tuple): Tuple => ({
  ...rest,
  source: destination,
  destination: source,
  ...(sourcePort === undefined || destinationPort === undefined ? {} : { sourcePort: destinationPort, destinationPort: sourcePort }),
});

describe('the table of connections', () => {
  it.each(([4, 6] as const).flatMap((family) => (['TCP', 'UDP', 'ICMP'] as const).map((protocol) => ({ family, protocol }))))('has $protocol over IPv$family', async ({ family, protocol }) => {
    const before = BigInt(Date.now()) * 1_000_000n;
    await probe(protocol, family);
    const [entry, ...others] = await all();
    expect(others).toEqual([]);
    const number = { TCP: protocolNumber.tcp, UDP: protocolNumber.udp, ICMP: family === 4 ? protocolNumber.icmp : protocolNumber.icmp6 }[protocol];
    const [source, destination] = family === 4 ? [near4, far4] : [near6, far6];
    expect(entry!.original).toMatchObject({ source, destination, protocol: number });
    if (protocol === 'ICMP') {
      const [ask, answer] = family === 4 ? [8, 0] : [128, 129];
      expect(entry!.original.icmp).toMatchObject({ type: ask, code: 0 });
      expect(entry!.reply).toEqual({ source: destination, destination: source, protocol: number, icmp: { ...entry!.original.icmp, type: answer } });
    } else {
      expect(entry!.original).toMatchObject({ sourcePort: expect.any(Number), destinationPort: 8080 });
      expect(entry!.reply).toEqual(mirrored(entry!.original));
    }
    expect(entry).toMatchObject({ mark: 7, zone: 0, id: expect.any(Number), timeout: expect.any(Number) });
    expect(entry!.labels).toEqual(Buffer.from([8, ...Array.from({ length: 15 }, () => 0)]));
    expect(entry!.status! & (connectionStatus.confirmed | connectionStatus.seenReply)).toBe(connectionStatus.confirmed | connectionStatus.seenReply);
    // The prober ends a connection with a reset.
    if (protocol === 'TCP') {
      expect(entry!.protocolState?.tcp?.state).toBe(tcpState.close);
      // Its handshake was heard.
      expect(entry!.protocolState!.tcp!.originalFlags! & tcpTracking.lenient).toBe(0);
    } else expect(entry!.protocolState).toBeUndefined();
    for (const counted of [entry!.originalCounters, entry!.replyCounters]) {
      expect(counted?.packets).toBeGreaterThanOrEqual(1n);
      expect(counted?.bytes).toBeGreaterThanOrEqual(28n);
    }
    expect(entry!.times?.start).toBeGreaterThan(before - 1_000_000_000n);
    expect(entry!.times?.start).toBeLessThan(before + 10_000_000_000n);
  });

  it('loses the one that is deleted and keeps the others', async () => {
    await probe('TCP', 4);
    await probe('UDP', 4);
    await probe('UDP', 6);
    await probe('UDP', 4, 5000);
    const entries = await all();
    expect(entries).toHaveLength(4);
    const inZone = entries.find(({ zone }) => zone === 9)!;
    expect(inZone.original.destinationPort).toBe(5000);
    // Of the same tuple, but not the one that was meant.
    expect(table.delete({ ...inZone, id: inZone.id ^ 1 })).toBe(false);
    expect(table.delete({ ...inZone, zone: 0 })).toBe(false);
    expect(await all()).toHaveLength(4);
    for (const [i, entry] of entries.entries()) {
      expect(table.delete(entry)).toBe(true);
      expect(table.delete(entry)).toBe(false);
      expect(new Set((await all()).map(({ id }) => id))).toEqual(new Set(entries.slice(i + 1).map(({ id }) => id)));
    }
  });

  it('loses what a predicate chooses', async () => {
    for (const family of [4, 6] as const) for (const protocol of ['TCP', 'UDP', 'ICMP'] as const) await probe(protocol, family);
    expect(await table.deleteWhere(({ original }) => original.source === near6)).toBe(3);
    expect((await all()).map(({ original }) => original.source)).toEqual([near4, near4, near4]);
    expect(await table.deleteWhere(() => false)).toBe(0);
    expect(await all()).toHaveLength(3);
  });

  it('is read to the middle, and its socket is closed then', async () => {
    await probe('TCP', 4);
    await probe('UDP', 4);
    for await (const entry of table.entries()) {
      expect(entry.zone).toBe(0);
      break;
    }
    expect(await all()).toHaveLength(2);
  });

  it('is read and emptied in turns where it is large', async () => {
    const count = 30_000;
    const program = `
      const socket = require('node:dgram').createSocket('udp4');
      let [begun, ended] = [0, 0];
      const more = () => { if (begun < ${count}) socket.send('x', 10000 + begun++, '10.244.0.2', () => { if (++ended === ${count}) socket.close(); else more(); }); };
      for (let i = 0; i < 8; i++) more();`;
    execFileSync('ip', ['netns', 'exec', topology.workloads[0]!.namespace, process.execPath, '-e', program]);
    const worked = (): number => process.threadCpuUsage().user / 1000 + process.threadCpuUsage().system / 1000;
    const began = worked();
    let [last, longest] = [began, 0];
    const look = (): void => {
      const now = worked();
      [last, longest] = [now, Math.max(longest, now - last)];
    };
    const timer = setInterval(look, 1);
    let seen = 0;
    for await (const entry of table.entries()) seen += entry.original.protocol === protocolNumber.udp ? 1 : 0;
    expect(seen).toBe(count);
    expect(await table.deleteWhere(({ original }) => original.protocol === protocolNumber.udp)).toBe(count);
    look();
    const whole = last - began;
    clearInterval(timer);
    expect(await all()).toEqual([]);
    // Work of an emulated processor has in it what its host does for others meanwhile: there, a turn is a small part of the whole.
    expect(longest).toBeLessThan(process.env['FIRSTHOP_SECOND_KERNEL'] === '1' ? whole / 5 : 20);
  });

  it('throws where there is no such namespace', () => {
    expect(() => new Conntrack({ namespace: '/run/netns/firsthop-none' })).toThrow(/ENOENT/);
  });
});

describe('events', () => {
  const watched = async (kinds: ConntrackEvent['kind'][] | undefined, act: () => Promise<void>, isOver: (events: ConntrackEvent[]) => boolean): Promise<ConntrackEvent[]> => {
    const events: ConntrackEvent[] = [];
    const faults: unknown[] = [];
    const listener = watchConnections({
      namespace,
      ...(kinds === undefined ? {} : { kinds }),
      onEvent: (event) => void (isOurs(event.entry) && events.push(event)),
      onOverrun: (overrun) => void faults.push(overrun),
      onError: (error) => void faults.push(error),
    });
    try {
      await act();
      await expect.poll(() => isOver(events), { timeout: 5000 }).toBe(true);
    } finally {
      listener.close();
    }
    expect(faults).toEqual([]);
    return events;
  };
  const endAll = async (): Promise<void> => void (await table.deleteWhere(() => true));
  const hasEnded = (events: ConntrackEvent[]): boolean => events.some(({ kind }) => kind === 'destroy');

  it.each([4, 6] as const)("tell a connection's life in order, IPv%d", async (family) => {
    let lived: ConntrackEntry | undefined;
    const events = await watched(undefined, async () => {
      await probe('TCP', family);
      [lived] = await all();
      await endAll();
    }, hasEnded);
    expect(events.map(({ kind }) => kind)).toEqual(['new', ...Array.from({ length: events.length - 2 }, () => 'update'), 'destroy']);
    const states = events.slice(0, -1).map(({ entry }) => entry.protocolState?.tcp?.state);
    // Who ends it first, the prober or its responder, is open; so there may be a state before the last.
    expect(states.slice(0, 3)).toEqual([tcpState.synSent, tcpState.synReceived, tcpState.established]);
    expect(states.at(-1)).toBe(tcpState.close);
    expect(states).toEqual([...new Set(states)].toSorted((a, b) => a! - b!));
    for (const { entry } of events) expect(entry).toMatchObject({ original: lived!.original, reply: lived!.reply, id: lived!.id, zone: 0, mark: 7 });
    const last = events.at(-1)!.entry;
    expect(last.originalCounters).toEqual(lived!.originalCounters);
    expect(last.times!.stop! > last.times!.start!).toBe(true);
  });

  it('are those that are asked for', async () => {
    const events = await watched(['destroy'], async () => {
      await probe('UDP', 4, 5000);
      await endAll();
    }, hasEnded);
    expect(events.map(({ kind, entry }) => [kind, entry.zone])).toEqual([['destroy', 9]]);
  });
});
