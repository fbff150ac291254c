/**
 * A node with two pods, one that nobody programmed, two machines on its bridge, a host that came in by another port of that bridge, and two
 * devices that are nobody's: with a state of our rules, whole or with a piece missing.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId, Step } from '@firsthop/classifier';
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { demolish, exclusivePrefixes, FrameSocket, LabNetwork, type LabWorkload, NamespaceScope, planTopology, Prober, type Topology } from '@firsthop/lab';
import { type Address, formatAddress, ipv4, ipv6 } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint, PolicyGroupId } from '@firsthop/plan';
import { chainEncoding, type Encoding, type NftState, registerEncoding, renderRuleset, type TableFamily } from '@firsthop/ruleset';
import { execFileSync } from 'node:child_process';
import { patience } from '../second-kernel/kernel-abilities.ts';

const both = (n: number): [Address, Address] => [ipv4(0x0af50000 + n), ipv6((0xfd00_0010_0245n << 80n) | BigInt(n))];

/** Of the foreign parties; the lab knows only ours. */
export const foreign: Readonly<Record<'lan' | 'odd0' | 'odd1', readonly [Address, Address]>> = { lan: both(30), odd0: both(40), odd1: both(41) };
export type Foreign = keyof typeof foreign;

/** What `v` may use beside its own, as a machine that answers for a virtual router does. */
export const sharedAddresses: readonly [Address, Address] = both(77);
const shared: PlanEndpoint['allowedAddresses'] = sharedAddresses.map((base) => ({ base, length: typeof base === 'number' ? 32 : 128 }));

/** Of the virtual router that `v` may be, with these addresses. */
export const sharedMac = '00:00:5e:00:01:07';

const names = ['a', 'b', 'unbound', 'v', 'w'] as const;
const kindOf = (name: string): 'pod' | 'vm' => (name === 'v' || name === 'w' ? 'vm' : 'pod');
const isolated = 81;

const decision = (id: string, verdict: Decision['verdict']): Decision => ({ id: id.padEnd(16, '0') as DecisionId, verdict, attribution: { reason: 'rule', direction: 'ingress' }, log: false });
const [allow, drop] = [decision('a', 'allow'), decision('d', 'drop')];
const open: Row = { id: '1'.padEnd(16, '0') as RowId, rest: allow.id, protocols: new Map() };
/** Everything but these ports, in ascending order: what has no port that can be read would be allowed. */
const guardedAt = (closed: readonly number[]): Row => {
  const open = (first: number, last: number): Step[] => (first > last ? [] : [{ first, last, decision: allow.id }]);
  const steps = closed.flatMap((port, i) => [...open((closed[i - 1] ?? -1) + 1, port - 1), { first: port, last: port, decision: drop.id }]);
  const all = [...steps, ...open((closed.at(-1) ?? -1) + 1, 65_535)];
  const name = closed.length === 1 && closed[0] === isolated ? '2' : `2${closed.map((port) => port.toString(16)).join('')}`;
  return { id: name.padEnd(16, '0') as RowId, rest: allow.id, protocols: new Map([6, 17, 132].map((protocol) => [protocol, all])) };
};

/** `guarded` are all but `a` and `v`, toward themselves. */
const tablesOf = (topology: Topology, closed: readonly number[]): ClassTables => {
  const guarded = guardedAt(closed);
  const endpoints = topology.workloads.filter(({ name }) => name !== 'unbound').map(({ name, kind, mac, addresses }): PlanEndpoint => ({ id: name, kind, workload: name, addresses, mac, allowedAddresses: name === 'v' ? shared : [], ...(name === 'v' ? { allowedMacs: [sharedMac] } : {}), policyGroup: (name === 'b' || name === 'w' ? 'guarded' : 'free') as PolicyGroupId }));
  const everybody = (row: Row) => ({ rows: new Map([[0, row.id]]) });
  return {
    addresses: new Map(), ranges: [], ownNode: [],
    rows: new Map([open, guarded].map((row) => [row.id, row])),
    decisions: new Map([allow, drop].map((one) => [one.id, one])),
    groups: new Map([['free' as PolicyGroupId, { ingress: everybody(open), egress: everybody(open) }], ['guarded' as PolicyGroupId, { ingress: everybody(guarded), egress: everybody(open) }]]),
    endpoints: new Map(endpoints.map((one) => [one.id, one])),
  };
};

/** Rules to be taken out, by table, chain and what stands in them. */
export interface Cut {
  readonly family?: TableFamily;
  readonly chain: string;
  readonly rule: string | RegExp;
  /** In its place. */
  readonly instead?: readonly string[];
}

/** Throws where nothing is cut: a test would then prove nothing. */
export const without = (state: NftState, cuts: readonly Cut[]): NftState => {
  const result = new Map(state);
  for (const { family = 'inet', chain: name, rule, instead = [] } of cuts) {
    const table = result.get(family);
    const chain = table?.chains.get(name);
    const isCut = (text: string): boolean => (typeof rule === 'string' ? text.includes(rule) : rule.test(text));
    if (table === undefined || chain === undefined || !chain.rules.some(isCut)) throw new Error(`${family} ${name} has no rule ${String(rule)}`);
    result.set(family, { ...table, chains: new Map([...table.chains, [name, { ...chain, rules: chain.rules.flatMap((text) => (isCut(text) ? instead : [text])) }]]) });
  }
  return result;
};

export class GuardedGround {
  readonly topology: Topology;
  readonly scope: NamespaceScope = new NamespaceScope();
  readonly prober: Prober = new Prober({ patience });
  readonly whole: NftState;
  /** The same, told to the kernel in registers. */
  readonly inRegisters: NftState;
  readonly #run: string;
  readonly #bindings: readonly EndpointBinding[];
  readonly #sockets = new Map<string, FrameSocket>();
  #port: KernelPort | undefined;
  #dataplane: Dataplane | undefined;

  constructor(run: string) {
    this.#run = run;
    this.topology = planTopology({ run, nodes: [{ cluster: 'c', name: 'n', addresses: [] }], workloads: names.map((name, i) => ({ cluster: 'c', kind: kindOf(name), name, node: 'n', addresses: both(i + 1) })), outside: both(99) });
    const bindings = names.filter((name) => name !== 'unbound').map((name): EndpointBinding => ({ endpoint: name, via: kindOf(name) === 'pod' ? { kind: 'routed', device: this.workload(name).device } : { kind: 'bridged', bridge: 'fhbr0', port: this.workload(name).device } }));
    this.#bindings = bindings;
    this.whole = this.closedAt(isolated);
    this.inRegisters = this.closedAt(isolated, registerEncoding());
  }

  /** As `whole`, with other ports closed in the place of 81. */
  closedAt(ports: number | readonly number[], encoding: Encoding = chainEncoding): NftState {
    return renderRuleset({ tables: tablesOf(this.topology, typeof ports === 'number' ? [ports] : ports), bindings: this.#bindings, host: { exclusivePrefixes } }, encoding);
  }

  async build(): Promise<void> {
    await new LabNetwork(this.topology, this.scope).build();
    const ip = (namespace: string, ...lines: readonly string[]): void => void execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: lines.join('\n') });
    for (const [name, addresses] of Object.entries(foreign)) {
      const space = this.namespaceOf(name);
      execFileSync('ip', ['netns', 'add', space]);
      ip(this.node, `link add ${name} type veth peer name far0 netns ${space}`, `link set ${name} up`, ...(name === 'lan' ? [`link set ${name} master fhbr0`] : ['addr add 169.254.1.1/32 dev ' + name, `addr add fe80::1/64 dev ${name} nodad`]));
      ip(this.node, ...addresses.map((address) => `route replace ${formatAddress(address)} dev ${name === 'lan' ? 'fhbr0' : name}`));
      ip(space, 'link set lo up', 'link set far0 up', ...addresses.map((address) => `addr add ${formatAddress(address)}/${typeof address === 'number' ? 32 : 128} dev far0${typeof address === 'number' ? '' : ' nodad'}`), 'route add 169.254.1.1 dev far0', 'route add default via 169.254.1.1 dev far0', 'route add default via fe80::1 dev far0');
    }
    this.#bridgeNeighbours(ip);
    this.#port = netlinkPort({ netns: this.node });
    this.#dataplane = new Dataplane(this.#port);
    await this.realize(this.whole);
  }

  /** The foreign host and the machines are on one link. */
  #bridgeNeighbours(ip: (namespace: string, ...lines: readonly string[]) => void): void {
    for (const name of ['v', 'w'] as const) {
      ip(this.namespaceOf(name), ...foreign.lan.map((address) => `route replace ${formatAddress(address)} dev nic0`));
      ip(this.namespaceOf('lan'), ...this.workload(name).addresses.map((address) => `route replace ${formatAddress(address)} dev far0`));
    }
  }

  get node(): string {
    return this.topology.nodes[0]?.namespace ?? '';
  }

  workload(name: string): LabWorkload {
    const found = this.topology.workloads.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  namespaceOf(name: string): string {
    return name in foreign ? `firsthop-${this.#run}-f${name}` : name === 'node' ? this.node : name === 'outside' ? this.topology.outside : this.workload(name).namespace;
  }

  addressOf(name: string, family: 0 | 1): Address {
    const address = name in foreign ? foreign[name as Foreign][family] : name === 'node' ? this.topology.nodes[0]?.addresses[family] : name === 'outside' ? this.topology.outsideAddresses[family] : this.workload(name).addresses[family];
    if (address === undefined) throw new Error(`${name} has no such address`);
    return address;
  }

  /** Its network card as somebody inside sees it. */
  cardOf(name: string): string {
    if (name === 'outside') return 'up0';
    return name in foreign ? 'far0' : kindOf(name) === 'pod' ? 'eth0' : 'nic0';
  }

  /** Frames at somebody's card. */
  frames(name: string): FrameSocket {
    const held = this.#sockets.get(name) ?? new FrameSocket(this.scope, this.namespaceOf(name), this.cardOf(name));
    this.#sockets.set(name, held);
    return held;
  }

  macOf(name: string, card: string = this.cardOf(name)): string {
    const [link] = JSON.parse(execFileSync('ip', ['-j', '-n', this.namespaceOf(name), 'link', 'show', 'dev', card], { encoding: 'utf8' })) as { address: string }[];
    if (link === undefined) throw new Error(`${name} has no ${card}`);
    return link.address;
  }

  /** In the node's namespace; what it prints. */
  nft(text: string): string {
    return execFileSync('ip', ['netns', 'exec', this.node, 'nft', '-f', '-'], { input: text, encoding: 'utf8' });
  }

  list(...what: readonly string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.node, 'nft', 'list', ...what], { encoding: 'utf8' });
  }

  async realize(state: NftState): Promise<void> {
    const done = await this.#dataplane?.realize(state);
    if (done === undefined || 'error' in done) throw new Error(done?.error ?? 'the ground is not built yet');
  }

  async counted(): Promise<number> {
    const all = (await this.#port?.counters()) ?? new Map<string, { readonly packets: number }>();
    return [...all.values()].reduce((sum, { packets }) => sum + packets, 0);
  }

  remove(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#port?.close?.();
    this.prober.close();
    this.scope.close();
    demolish(this.#run);
  }
}
