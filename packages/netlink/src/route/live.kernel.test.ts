/** Dumps of many, and messages that come by themselves, from a namespace of this test's own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { NetlinkSocket, netlinkProtocol } from '../socket/netlink-socket.ts';
import { routeGroup } from './frame.ts';
import { readRouteMessage, type RouteEvent } from './route-event.ts';
import { routeTable } from './route.ts';
import { Rtnetlink } from './rtnetlink.ts';

const space = `rtl${process.pid}`;
const namespace = `/run/netns/${space}`;
const batch = (lines: readonly string[]): void => void execFileSync('ip', ['-n', space, '-batch', '-'], { input: lines.join('\n') });

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', space]);
  batch(['link set lo up', 'link add va type veth peer name vb', 'link add br0 type bridge', 'link set va up', 'link set vb up', 'link set br0 up', 'addr add 10.0.0.1/24 dev va', 'addr add fd00::1/64 dev va nodad']);
});
afterAll(() => void execFileSync('ip', ['netns', 'delete', space]));

describe('thousands of routes', () => {
  const count = 8000;
  const numbers = Array.from({ length: count }, (_, i) => i);
  const ip = (i: number): string => `10.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

  it('are listed, each once, while the table next to theirs is not', () => {
    batch(numbers.map((i) => `route add ${ip(i)}/32 dev va`));
    batch(numbers.map((i) => `route add fd99::${i.toString(16)}/128 dev va table 900`));
    const kernel = new Rtnetlink({ namespace });
    try {
      const [main, local, sixes] = [kernel.routes('ip', routeTable.main), kernel.routes('ip', routeTable.local), kernel.routes('ip6', 900)];
      const many = main.filter((route) => route.prefixLength === 32);
      expect(new Set(many.map((route) => route.destination.join('.')))).toEqual(new Set(numbers.map(ip)));
      expect([many.length, main.length]).toEqual([count, count + 1]);
      expect(new Set(sixes.map((route) => route.destination.readUInt16BE(14)))).toEqual(new Set(numbers));
      expect(sixes.length).toBe(count);
      expect(local.every((route) => route.table === routeTable.local) && local.length < 20).toBe(true);
      expect(kernel.routes('ip')).toHaveLength(main.length + local.length);
    } finally {
      kernel.close();
      batch(numbers.map((i) => `route del ${ip(i)}/32 dev va`));
      execFileSync('ip', ['-n', space, '-6', 'route', 'flush', 'table', '900']);
    }
  });
});

describe('what stood all the time is listed, each once, however much comes and goes meanwhile', () => {
  const numbers = Array.from({ length: 1500 }, (_, i) => i);
  const mac = (kind: number, i: number): string => `02:0${kind}:00:00:0${i >> 8}:${(i & 255).toString(16)}`;
  /** Those of kind 2 stand; those of kind 1, which are listed before them, come and go. */
  const cases = [
    { name: 'routes of IPv4', program: 'ip', line: (verb: string, kind: number, i: number) => `route ${verb} 10.${240 + kind}.${i >> 8}.${i & 255}/32 dev va`, count: (kernel: Rtnetlink) => kernel.routes('ip').filter(({ destination }) => destination[0] === 10 && destination[1] === 242).map(({ destination }) => destination.toString('hex')) },
    { name: 'routes of IPv6', program: 'ip', line: (verb: string, kind: number, i: number) => `route ${verb} fd0${kind}::${i.toString(16)}/128 dev va`, count: (kernel: Rtnetlink) => kernel.routes('ip6', routeTable.main).filter(({ destination, prefixLength }) => destination[1] === 2 && prefixLength === 128).map(({ destination }) => destination.toString('hex')) },
    // A kernel that knows VLANs on bridges has each entry once more, in the VLAN of its port.
    { name: 'entries of a bridge', program: 'bridge', line: (verb: string, kind: number, i: number) => `fdb ${verb} ${mac(kind, i)} dev va master ${verb === 'add' ? 'static' : ''}`, count: (kernel: Rtnetlink) => kernel.bridgeForwarding().filter(({ vlan }) => vlan === undefined).map(({ hardwareAddress }) => hardwareAddress?.toString('hex') ?? '').filter((text) => text.startsWith('0202')) },
  ];

  it.each(cases)('$name', async ({ program, line, count }) => {
    const run = (lines: readonly string[]): void => void execFileSync(program, ['-n', space, '-batch', '-'], { input: lines.join('\n') });
    batch(['link set va master br0']);
    run(numbers.map((i) => line('add', 2, i)));
    const churn = spawn(program, ['-n', space, '-batch', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const end = once(churn, 'close');
    churn.stdin.on('error', () => undefined).write(Array.from({ length: 100 }, () => ['add', 'del'].flatMap((verb) => numbers.slice(0, 500).map((i) => line(verb, 1, i)))).flat().join('\n'));
    const kernel = new Rtnetlink({ namespace });
    try {
      let dumps = 0;
      for (; dumps < 60 && churn.exitCode === null; dumps++) {
        const found = count(kernel);
        expect([found.length, new Set(found).size]).toEqual([numbers.length, numbers.length]);
        await setImmediate();
      }
      expect(dumps).toBeGreaterThan(5);
    } finally {
      kernel.close();
      churn.kill('SIGKILL');
      await end;
      run(numbers.map((i) => line('del', 2, i)));
      batch(['link set va nomaster']);
    }
  });
});

describe('what comes by itself', () => {
  /** Everything that is told of what `act` does. */
  const told = (act: () => void): RouteEvent[] => {
    const socket = new NetlinkSocket(netlinkProtocol.route, { namespace });
    try {
      for (const group of Object.values(routeGroup)) socket.join(group);
      act();
      const events: RouteEvent[] = [];
      // One by one: the bytes of a message last until the next datagram.
      for (const message of socket.received()) events.push(...[readRouteMessage(message)].filter((event) => event !== undefined));
      return events;
    } finally {
      socket.close();
    }
  };
  const brief = (event: RouteEvent): string => {
    switch (event.object) {
      case 'link':
      case 'bridgePort': return `${event.change} ${event.object} ${event.link.name}`;
      case 'address': return `${event.change} address ${event.address.address.toString('hex')}`;
      case 'route': return `${event.change} route ${event.route.destination.toString('hex')}/${event.route.prefixLength}`;
      case 'neighbour': return `${event.change} neighbour ${event.neighbour.address.toString('hex')}`;
      default: return `${event.change} forwarding ${event.entry.hardwareAddress?.toString('hex')}`;
    }
  };

  it.each([
    { name: 'a link, and that it is gone', lines: ['link add vx type veth peer name vy', 'link del vx'], says: ['new link vx', 'deleted link vx', 'new link vy', 'deleted link vy'] },
    { name: 'a port, and that it left its bridge', lines: ['link set va master br0', 'link set va nomaster'], says: ['new bridgePort va', 'deleted bridgePort va', 'new link va'] },
    { name: 'an address', lines: ['addr add 10.7.0.1/32 dev va', 'addr del 10.7.0.1/32 dev va'], says: ['new address 0a070001', 'deleted address 0a070001'] },
    { name: 'a route', lines: ['route add 10.8.0.1/32 dev va', 'route del 10.8.0.1/32', 'route add fd08::/64 dev va', 'route del fd08::/64'], says: ['new route 0a080001/32', 'deleted route 0a080001/32', `new route fd08${'0'.repeat(28)}/64`, `deleted route fd08${'0'.repeat(28)}/64`] },
    { name: 'a neighbour', lines: ['neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev va', 'neigh del 10.0.0.9 dev va'], says: ['new neighbour 0a000009', 'deleted neighbour 0a000009'] },
  ])('$name', ({ lines, says }) => {
    expect(told(() => batch(lines)).map(brief)).toEqual(expect.arrayContaining(says));
  });

  it('not from a group that was left', () => {
    const socket = new NetlinkSocket(netlinkProtocol.route, { namespace });
    try {
      for (const group of [routeGroup.link, routeGroup.neighbour]) socket.join(group);
      socket.leave(routeGroup.neighbour);
      batch(['neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev va', 'neigh del 10.0.0.8 dev va', 'link set va mtu 1400']);
      const objects = new Set<string | undefined>();
      for (const message of socket.received()) objects.add(readRouteMessage(message)?.object);
      expect([...objects]).toEqual(['link']);
    } finally {
      socket.close();
    }
  });

  it('an entry of a bridge', () => {
    batch(['link set va master br0']);
    const says = told(() => {
      for (const verb of ['add', 'del']) execFileSync('bridge', ['-n', space, 'fdb', verb, '02:00:00:00:00:31', 'dev', 'va', 'master', ...(verb === 'add' ? ['static'] : [])]);
    }).map(brief);
    batch(['link set va nomaster']);
    expect(says).toEqual(expect.arrayContaining(['new forwarding 020000000031', 'deleted forwarding 020000000031']));
  });

  it.each(['link del vx', 'link set vx down'])('but not that IPv4 routes go with their link (%s): whoever keeps routes must look again when a link changes', (line) => {
    batch(['link add vx type veth peer name vy', 'link set vx up', 'link set vy up', 'route add 10.9.0.1/32 dev vx']);
    const says = told(() => batch([line])).map(brief);
    if (!line.includes('del')) batch(['link del vx']);
    expect(says.some((one) => one.endsWith('link vx'))).toBe(true);
    expect(says).not.toContain('deleted route 0a090001/32');
  });
});
