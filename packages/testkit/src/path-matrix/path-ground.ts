/**
 * Two nodes that enforce, with pods and machines, Services as kube-proxy makes them, and an outside to which addresses are masqueraded.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { demolish, exclusivePrefixes, LabNetwork, NamespaceScope, type Observation, planTopology, Prober, type Topology } from '@firsthop/lab';
import { type Address, type Family, ipv4, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { chainEncoding, type Encoding, type NftState, renderRuleset } from '@firsthop/ruleset';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { iptablesJumps, iptablesMode, nftablesMode, type ProxyNode, type ServiceRule } from './kube-proxy-rules.ts';
import type { Party, Path, PathProtocol } from './paths.ts';
import { slowness } from '../second-kernel/kernel-abilities.ts';

export type ProxyMode = 'nftables' | 'iptables';
/** Whether this machine has the programs of that mode. */
export const hasIptables = (): boolean => ['iptables-restore', 'ip6tables-restore'].every((program) => (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/sbin').some((folder) => existsSync(`${folder}/${program}`)));

/** What policy says of everybody who is here: strangers, and the addresses of Services, get the contrary. */
export type Regime = 'allowed' | 'denied by ingress' | 'denied by egress' | 'refused by ingress' | 'refused by egress';

const runInBackground = promisify(execFile);

const index = (family: Family): 0 | 1 => (family === 4 ? 0 : 1);
const both = (n: number): [Address, Address] => [ipv4(0x0af60000 + n), ipv6((0xfd00_0010_0246n << 80n) | BigInt(n))];
const serviceOf = (n: number): [Address, Address] => [ipv4(0x0a600000 + n), ipv6((0xfd96n << 112n) | BigInt(n))];
const clusterCidr = { 4: '10.246.0.0/16', 6: 'fd00:10:246::/48' } as const;
const workloads = [['p1', 'pod', 'n1'], ['p2', 'pod', 'n1'], ['p3', 'pod', 'n2'], ['v', 'vm', 'n1'], ['w', 'vm', 'n1']] as const;
export const openPort = 80;
const nodePorts = { p2: 30_002, p3: 30_003 } as const;

const decision = (id: string, verdict: Decision['verdict']): Decision => ({ id: id.padEnd(16, '0') as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop, reject] = [decision('a', 'allow'), decision('d', 'drop'), decision('e', 'reject')];
const row = (id: string, rest: Decision): Row => ({ id: id.padEnd(16, '0') as RowId, rest: rest.id, protocols: new Map() });
const [open, closed, refusing] = [row('1', allow), row('2', drop), row('3', reject)];
/** Linux answers one sender with six errors and then one a second; the rates of our own rules are under test, this one is not. */
const errorRates = ['ipv4/icmp_ratelimit', 'ipv6/icmp/ratelimit'] as const;

export class PathGround {
  readonly topology: Topology;
  readonly prober: Prober = new Prober();
  readonly scope: NamespaceScope = new NamespaceScope();
  readonly #run: string;
  readonly #encoding: Encoding;
  readonly #planes = new Map<string, { readonly port: KernelPort; readonly plane: Dataplane }>();

  constructor(run: string, encoding: Encoding = chainEncoding) {
    this.#run = run;
    this.#encoding = encoding;
    this.topology = planTopology({ run, nodes: ['n1', 'n2'].map((name) => ({ cluster: 'c', name, addresses: [] })), workloads: workloads.map(([name, kind, node], i) => ({ cluster: 'c', kind, name, node, addresses: both(i + 1) })), outside: [ipv4(0xc6336409), ipv6((0x2001_0db8n << 96n) | 9n)] });
  }

  async build(mode: ProxyMode): Promise<void> {
    await new LabNetwork(this.topology, this.scope).build();
    for (const { name, namespace } of this.topology.nodes) {
      const port = netlinkPort({ netns: namespace });
      this.scope.inside(namespace, () => {
        for (const path of errorRates) writeFileSync(`/proc/sys/net/${path}`, '0');
      });
      this.#planes.set(name, { port, plane: new Dataplane(port) });
      const masquerade = `chain post {\ntype nat hook postrouting priority srcnat + 5; policy accept;\nip saddr ${clusterCidr[4]} ip daddr 198.51.100.0/24 masquerade\nip6 saddr ${clusterCidr[6]} ip6 daddr 2001:db8::/32 masquerade\n}`;
      this.nft(name, `table inet cni {\n${masquerade}\n}`);
      if (mode === 'iptables') for (const program of ['iptables', 'ip6tables']) this.run(name, [`${program}-restore`, '--noflush'], program === 'iptables' ? iptablesMode(this.services, 4, this.#proxyNode(name)) : iptablesMode(this.services, 6, this.#proxyNode(name)));
      if (mode === 'iptables') for (const program of ['iptables', 'ip6tables']) for (const jump of iptablesJumps) this.run(name, [program, ...jump]);
      if (mode === 'nftables') this.replaceServices(name, mode);
    }
  }

  get services(): readonly ServiceRule[] {
    return (['p2', 'p3'] as const).flatMap((name, i) =>
      ([4, 6] as const).flatMap((family) =>
        (['tcp', 'udp'] as const).map((protocol): ServiceRule => ({ hash: `SVC0000${i + 2}`, family, protocol, clusterIp: serviceOf(i + 2)[index(family)], port: openPort, nodePort: nodePorts[name], backend: this.addressOf(name, family), backendPort: 8080 })),
      ),
    );
  }

  /** All of it anew, as kube-proxy does, while everything else goes on. */
  async replaceServicesMeanwhile(node: string, mode: ProxyMode): Promise<void> {
    const commands: [string, string][] = ([4, 6] as const).map((family) => (mode === 'nftables' ? ['nft -f -', nftablesMode(this.services, family, this.#proxyNode(node))] : [`${family === 4 ? 'iptables' : 'ip6tables'}-restore --noflush`, iptablesMode(this.services, family, this.#proxyNode(node))]));
    for (const [command, input] of commands) {
      const running = runInBackground('ip', ['netns', 'exec', this.namespaceOf(node as Party), ...command.split(' ')]);
      running.child.stdin?.end(input);
      await running;
    }
  }

  /** The same, and nothing else goes on. */
  replaceServices(node: string, mode: ProxyMode): void {
    if (mode === 'nftables') this.nft(node, ([4, 6] as const).map((family) => nftablesMode(this.services, family, this.#proxyNode(node))).join(''));
    else for (const family of [4, 6] as const) this.run(node, [family === 4 ? 'iptables-restore' : 'ip6tables-restore', '--noflush'], iptablesMode(this.services, family, this.#proxyNode(node)));
  }

  #proxyNode(name: string): ProxyNode {
    return { addresses: { 4: this.addressOf(name as Party, 4), 6: this.addressOf(name as Party, 6) }, clusterCidr };
  }

  nft(node: string, text: string): string {
    return this.run(node, ['nft', '-f', '-'], text);
  }

  run(party: string, command: readonly string[], input = ''): string {
    return execFileSync('ip', ['netns', 'exec', this.namespaceOf(party as Party), ...command], { input, encoding: 'utf8' });
  }

  namespaceOf(party: Party): string {
    if (party === 'outside') return this.topology.outside;
    const found = [...this.topology.nodes, ...this.topology.workloads].find(({ name }) => name === party);
    if (found === undefined) throw new Error(`there is no ${party}`);
    return found.namespace;
  }

  addressOf(party: Party, family: Family): Address {
    const among = party === 'outside' ? this.topology.outsideAddresses : [...this.topology.nodes, ...this.topology.workloads].find(({ name }) => name === party)?.addresses;
    const address = among?.[index(family)];
    if (address === undefined) throw new Error(`${party} has no such address`);
    return address;
  }

  stateOf(node: string, regime: Regime): NftState {
    const own = this.topology.workloads.filter((one) => one.node.name === node);
    const table = (direction: 'ingress' | 'egress') => {
      const known = regime === `denied by ${direction}` ? closed : regime === `refused by ${direction}` ? refusing : open;
      return { rows: new Map([[0, (known === open ? closed : open).id], [1, known.id]]) };
    };
    const endpoints = own.map(({ name, kind, mac, addresses }): PlanEndpoint => ({ id: name, kind, workload: name, addresses, mac, allowedAddresses: [], policyGroup: 'g' as PolicyGroupId }));
    const parties = [...this.topology.nodes, ...this.topology.workloads].flatMap(({ addresses }) => addresses);
    const tables: ClassTables = {
      addresses: new Map([...parties, ...this.topology.outsideAddresses].map((address) => [address, 1])), ranges: [], ownNode: [],
      rows: new Map([open, closed, refusing].map((one) => [one.id, one])),
      decisions: new Map([allow, drop, reject].map((one) => [one.id, one])),
      groups: new Map([['g' as PolicyGroupId, { ingress: table('ingress'), egress: table('egress') }]]),
      endpoints: new Map(endpoints.map((one) => [one.id, one])),
    };
    const bindings = own.map(({ name, kind, device }): EndpointBinding => ({ endpoint: name, via: kind === 'pod' ? { kind: 'routed', device } : { kind: 'bridged', bridge: 'fhbr0', port: device } }));
    return renderRuleset({ tables, bindings, host: { exclusivePrefixes } }, this.#encoding);
  }

  plane(node: string): Dataplane {
    const held = this.#planes.get(node);
    if (held === undefined) throw new Error(`${node} is not built yet`);
    return held.plane;
  }

  async realize(regime: Regime, alter: (state: NftState) => NftState = (state) => state): Promise<void> {
    for (const name of this.#planes.keys()) {
      const done = await this.plane(name).realize(alter(this.stateOf(name, regime)));
      if ('error' in done) throw new Error(done.error);
    }
  }

  /** `node port`: of n1. */
  send({ from, to, through }: Path, family: Family, protocol: PathProtocol, patience: number = 300 * Math.min(3, slowness)): Promise<Observation> {
    const backend = this.addressOf(to, family);
    const n = to === 'p3' ? 3 : 2;
    const destination = through === 'service' ? serviceOf(n)[index(family)] : through === 'node port' ? this.addressOf('n1', family) : backend;
    const port = through === 'node port' ? nodePorts[n === 3 ? 'p3' : 'p2'] : openPort;
    return this.prober.probe({ fromNamespace: this.namespaceOf(from), toNamespace: this.namespaceOf(to), source: this.addressOf(from, family), destination, answersAt: backend, ...(through === undefined ? {} : { answersAtPort: 8080 }), protocol, port, patience });
  }

  remove(): void {
    for (const { port } of this.#planes.values()) port.close?.();
    this.prober.close();
    this.scope.close();
    demolish(this.#run);
  }
}
