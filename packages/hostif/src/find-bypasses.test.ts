/** What could lead packets past the policy, and the plain words for it. */
import type { EndpointBinding } from '@firsthop/plan';
import { describe, expect, it } from 'vitest';
import { findBypasses } from './find-bypasses.ts';
import type { HostLinks } from './host-links.ts';
import { ipvsServicesIn, type LinkPath, type PathFilter } from './link-paths.ts';

const plain: LinkPath = { kind: 'veth', masterKind: undefined, hasXdp: false, programs: [], filters: [], callsHooks: { 4: false, 6: false } };
const port: LinkPath = { ...plain, masterKind: 'bridge' };
const host = (paths: Readonly<Record<string, Partial<LinkPath>>>, ipvsServices = 0): HostLinks => ({
  links: new Map([['cali1', { name: 'cali1', isUp: true, master: 'br9' }]]),
  direct: new Map(),
  bridgeNetfilter: { 4: true, 6: true },
  ipvsServices,
  paths: new Map(Object.entries({ cali1: plain, tap0: port, br0: { ...plain, kind: 'bridge' }, ...paths }).map(([name, path]) => [name, { ...(name === 'tap0' ? port : plain), ...path }])),
});
const pod: EndpointBinding = { endpoint: 'pod', via: { kind: 'routed', device: 'cali1' } };
const machine: EndpointBinding = { endpoint: 'vm', via: { kind: 'bridged', bridge: 'br0', port: 'tap0' } };
const filter = (more: Partial<PathFilter>): PathFilter => ({ side: 'ingress', kind: 'u32', program: undefined, redirects: [], ...more });
const to = (name: string, kind: string): PathFilter['redirects'] => [{ name, kind }];

it.each([
  { name: 'nothing special', on: host({}) },
  { name: 'nobody looked', on: { links: new Map(), direct: new Map(), bridgeNetfilter: { 4: true, 6: true } } satisfies HostLinks },
  { name: 'a filter that moves nothing', on: host({ cali1: { filters: [filter({})] } }) },
  { name: 'bandwidth that is shaped on an ifb, both ways of it', on: host({ cali1: { filters: [filter({ redirects: to('ifb0', 'ifb') })] }, ifb0: { kind: 'ifb', filters: [filter({ redirects: to('cali1', 'veth') })] } }) },
  { name: 'a filter between others', on: host({ eth0: { filters: [filter({ redirects: to('eth1', 'veth') })] } }) },
  { name: 'a bridge that knows VLANs, where the IP hooks see what is tagged', on: { ...host({ br0: { filtersVlans: true } }), bridgeNetfilter: { 4: true, 6: true, tagged: true } } },
])('no bypass: $name', ({ on }) => expect(findBypasses(on, [pod, machine])).toEqual([]));

describe('a bypass', () => {
  it.each([
    { name: 'a filter that sends elsewhere what comes from it', paths: { cali1: { filters: [filter({ redirects: to('eth0', 'veth') })] } }, who: ['pod'], why: /^BypassedFilter: .*cali1 \(u32, ingress\) sends packets to eth0.*tc filter del dev cali1 ingress/ },
    { name: 'a filter of another device that sends to it', paths: { eth0: { filters: [filter({ redirects: to('cali1', 'veth') })] } }, who: ['pod'], why: /^BypassedFilter: a filter of eth0 .*straight to cali1/ },
    { name: 'a filter that sends to what is gone', paths: { cali1: { filters: [filter({ redirects: [{ name: undefined, kind: undefined }] })] } }, who: ['pod'], why: /a link that is gone/ },
    { name: 'a BPF filter', paths: { cali1: { filters: [filter({ kind: 'bpf', program: 'cil_from_container' })] } }, who: ['pod'], why: /^BypassedProgram: the BPF program cil_from_container/ },
    { name: 'a BPF filter of a machine\'s port', paths: { tap0: { filters: [filter({ kind: 'bpf' })] } }, who: ['vm'], why: /without a name is a filter of tap0/ },
    { name: 'a program of tcx', paths: { cali1: { programs: ['tcx ingress'] } }, who: ['pod'], why: /^BypassedProgram: .*tcx ingress/ },
    { name: 'XDP on a bridge', paths: { br0: { hasXdp: true } }, who: ['vm'], why: /^BypassedXdp: .*br0/ },
    { name: 'a pod on a bridge', paths: { cali1: { masterKind: 'bridge' } }, who: ['pod'], why: /^BypassedMaster: cali1 is a port of br9 \(bridge\)/ },
    { name: 'a machine on Open vSwitch', paths: { tap0: { masterKind: 'openvswitch' } }, who: ['vm'], why: /^BypassedMaster: .*openvswitch/ },
    { name: 'a bridge that knows VLANs', paths: { br0: { filtersVlans: true } }, who: ['vm'], why: /^BypassedVlan: the bridge br0 .*bridge-nf-filter-vlan-tagged to 1$/ },
    { name: 'a macvlan', paths: { cali1: { kind: 'macvlan' } }, who: ['pod'], why: /^BypassedKind: .*macvlan/ },
  ] satisfies { name: string; paths: Record<string, Partial<LinkPath>>; who: string[]; why: RegExp }[])('$name', ({ paths, who, why }) => {
    const found = findBypasses(host(paths), [pod, machine]);
    expect(found.map(({ endpoint }) => endpoint)).toEqual(who);
    expect(found[0]?.reason).toMatch(why);
  });

  it('IPVS, for everybody', () => {
    const found = findBypasses(host({}, 2), [pod, machine]);
    expect(found.map(({ reason }) => reason.slice(0, 40))).toEqual(Array.from({ length: 2 }, () => 'BypassedIpvs: IPVS balances 2 Services o'));
  });
});

it('a flow table, for everybody', () => {
  const found = findBypasses({ ...host({}), flowTables: [{ name: 'inet fast f', devices: ['eth0', 'cali1'] }] }, [pod, machine]);
  expect(found.map(({ endpoint }) => endpoint)).toEqual(['pod', 'vm']);
  expect(found[0]?.reason).toMatch(/^BypassedFlowTable: .*inet fast f .*eth0, cali1 .*nft delete flowtable inet fast f/);
});

it('services of IPVS are counted, and neither its headings nor its backends', () => {
  const text = 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\nTCP  0A600001:01BB rr\n  -> AC1E0001:192B Masq 1 0 0\nUDP  0A60000A:0035 rr\nFWM  00000001 rr\n';
  expect(ipvsServicesIn(text)).toBe(3);
  expect(ipvsServicesIn(text.split('\n').slice(0, 3).join('\n'))).toBe(0);
});
