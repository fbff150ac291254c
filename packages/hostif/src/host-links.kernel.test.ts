/** The links and routes of a node, as endpoints hang on them. */
import { type Address, parseAddress } from '@firsthop/netaddr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';
import { listLinks } from './host-links.ts';

const space = `hif${process.pid}`;
const namespace = `/run/netns/${space}`;
const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
};

beforeAll(() => {
  execFileSync('ip', ['netns', 'add', space]);
  const lines = [
    'link set lo up', 'link add cali1 type veth peer name eth1', 'link set cali1 up', 'link set eth1 up', 'link add cali2 type veth peer name eth2',
    'link add br0 type bridge', 'link set br0 up', 'link set eth2 master br0', 'addr add 10.0.0.254/24 dev cali1', 'addr add fd00::254/64 dev cali1 nodad',
    'route add 10.1.0.1/32 dev cali1', 'route add fd01::1/128 dev cali1', 'route add 10.1.0.2/32 dev eth1 metric 9', 'route add 10.1.0.2/32 dev cali1 metric 5',
    'route add 10.1.0.3/32 via 10.0.0.1', 'route add fd01::3/128 via fd00::1', 'route add 10.1.0.4/32 via inet6 fd00::1 dev cali1', 'route add 10.1.0.5/32 nexthop dev cali1 nexthop dev eth1',
    'route add blackhole 10.1.0.6/32', 'route add blackhole fd01::6/128', 'route add 10.1.0.7/32 dev cali1 table 77', 'route add 10.2.0.0/16 dev cali1',
  ];
  execFileSync('ip', ['-n', space, '-batch', '-'], { input: lines.join('\n') });
});
afterAll(() => void execFileSync('ip', ['netns', 'delete', space]));

describe('listLinks', () => {
  it('tells which links are up, and the bridge of each port', async () => {
    const { links } = await listLinks({ namespace });
    expect([...links.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'br0', isUp: true, master: undefined },
      { name: 'cali1', isUp: true, master: undefined },
      { name: 'cali2', isUp: false, master: undefined },
      { name: 'eth1', isUp: true, master: undefined },
      { name: 'eth2', isUp: false, master: 'br0' },
      { name: 'lo', isUp: true, master: undefined },
    ]);
  });

  it('takes host routes of the main table that lead straight to a device, and no others', async () => {
    const { direct } = await listLinks({ namespace });
    expect(direct).toEqual(new Map([[address('10.1.0.1'), 'cali1'], [address('fd01::1'), 'cali1'], [address('10.1.0.2'), 'cali1']]));
  });

  it('is of our own namespace where none is named', () => {
    const program = `import { listLinks } from ${JSON.stringify(new URL('host-links.ts', import.meta.url).href)}; console.log(JSON.stringify([...(await listLinks()).links.keys()]));`;
    const names = execFileSync('ip', ['netns', 'exec', space, process.execPath, '--input-type=module', '-e', program], { encoding: 'utf8' });
    expect(JSON.parse(names)).toEqual(expect.arrayContaining(['br0', 'cali1', 'cali2', 'eth1', 'eth2', 'lo']));
  });

  it('rejects where there is no such namespace', async () => {
    await expect(listLinks({ namespace: '/run/netns/nowhere-at-all' })).rejects.toThrow(/ENOENT/);
  });
});
