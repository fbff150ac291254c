/**
 * Who is meant by `shop/web`, `vm:db/pg-1`, `node:n1`, `cluster:west/shop/web`, `{ip}` and `{service}`.
 *
 * @module
 */
import { compareText, ok, quoteForeign, readRecord, type Result } from '@firsthop/base';
import type { Node, Service, Workload } from '@firsthop/inventory';
import type { LoadedManifests } from '@firsthop/manifest';
import { type Address, parseAddress } from '@firsthop/netaddr';
import type { World } from '@firsthop/policy';
import { matchesLabels, type WorkloadKind } from '@firsthop/selector';
import { partyIndex } from './party-index.ts';
import { type ProbeFault, probeFault } from './probe-fault.ts';

export type Loaded = Pick<LoadedManifests, 'clusters'>;

/** Before a family is chosen. `service` translates the port. */
export interface Party {
  readonly addresses: readonly Address[];
  readonly workload?: Workload;
  readonly node?: Node;
  readonly service?: Service;
}

type Found = Result<Party, ProbeFault>;

const worldsOf = ({ clusters }: Loaded, cluster: string | undefined): World[] => [...clusters.values()].map(({ world }) => world).filter((world) => cluster === undefined || world.cluster === cluster);

const byName = (a: Workload, b: Workload): number => compareText(a.name, b.name) || compareText(a.id, b.id);

const partyOf = (workload: Workload): Party => ({ workload, addresses: workload.endpoints.flatMap(({ addresses }) => addresses) });

/** The pod of this name, or else the first pod of an owner of this name. */
const findIn = (world: World, kind: WorkloadKind, namespace: string, name: string): Party[] => {
  const found = partyIndex(world).named(kind, namespace, name);
  return found === undefined ? [] : [partyOf(found)];
};

const only = (found: readonly Party[], text: string, path: ProbeFault['path']): Found => {
  const [first, second] = found;
  if (first === undefined) return probeFault('NOT_FOUND', path, `there is no ${quoteForeign(text)} in the input`);
  return second === undefined ? ok(first) : probeFault('AMBIGUOUS', path, `${quoteForeign(text)} is in several clusters: write cluster:NAME/${quoteForeign(text)}`);
};

const findNamed = (text: string, worlds: readonly World[], path: ProbeFault['path']): Found => {
  const form = /^(?:(vm|host):)?([^/:]+)\/([^/:]+)$/.exec(text);
  const host = /^(node|host):([^/:]+)$/.exec(text);
  if (host?.[1] === 'node') return only(worlds.flatMap(({ nodes }) => nodes.filter(({ name }) => name === host[2])).map((node) => ({ node, addresses: node.addresses })), text, path);
  if (host !== null) return only(worlds.flatMap(({ workloads }) => workloads.filter(({ kind, name }) => kind === 'host' && name === host[2])).map(partyOf), text, path);
  const [, written, namespace, name] = form ?? [];
  if (namespace === undefined || name === undefined) return probeFault('UNKNOWN_VALUE', path, `${quoteForeign(text)} names nobody; write namespace/name, vm:namespace/name, host:NAME, node:NAME or cluster:NAME/namespace/name`);
  const kind = written === 'vm' || written === 'host' ? written : 'pod';
  return only(worlds.flatMap((world) => findIn(world, kind, namespace, name)), text, path);
};

const splitCluster = (text: string): { readonly cluster: string | undefined; readonly rest: string } => {
  const form = /^cluster:([^/:]+)\/(.+)$/.exec(text);
  return { cluster: form?.[1], rest: form?.[2] ?? text };
};

const findText = (text: string, loaded: Loaded, path: ProbeFault['path']): Found => {
  const { cluster, rest } = splitCluster(text);
  const worlds = worldsOf(loaded, cluster);
  return worlds.length === 0 ? probeFault('NOT_FOUND', path, `there is no cluster ${quoteForeign(cluster ?? '')} in the input`) : findNamed(rest, worlds, path);
};

/** Whose address it is, so that a real packet can be sent from there; nobody's: outside. */
const findAddress = (text: string, loaded: Loaded, path: ProbeFault['path']): Found => {
  const read = parseAddress(text);
  if (!read.ok) return probeFault('ADDRESS_INVALID', path, read.error);
  const address = read.value;
  const worlds = worldsOf(loaded, undefined);
  const workload = worlds.flatMap((world) => partyIndex(world).at(address) ?? []).sort((a, b) => compareText(a.id, b.id))[0];
  if (workload !== undefined) return ok({ workload, addresses: [address] });
  const node = worlds.flatMap(({ nodes }) => nodes).find(({ addresses }) => addresses.includes(address));
  return ok({ addresses: [address], ...(node === undefined ? {} : { node }) });
};

/** The first pod behind it: what the kernel sees after translation. */
const backendsIn = (world: World, namespace: string, name: string): Party[] =>
  world.services
    .filter((service) => service.namespace === namespace && service.name === name)
    .map((service) => {
      const { selector } = service;
      const behind = selector === undefined ? [] : world.workloads.filter((one) => one.kind === 'pod' && one.namespace === namespace && matchesLabels(selector, one.labels));
      const first = behind.filter(({ endpoints }) => endpoints.some(({ addresses }) => addresses.length > 0)).sort(byName)[0];
      return first === undefined ? { service, addresses: [] } : { ...partyOf(first), service };
    });

const findService = (text: string, loaded: Loaded, path: ProbeFault['path']): Found => {
  const { cluster, rest } = splitCluster(text);
  const [, namespace, name] = /^([^/:]+)\/([^/:]+)$/.exec(rest) ?? [];
  if (namespace === undefined || name === undefined) return probeFault('UNKNOWN_VALUE', path, `${quoteForeign(text)} is not namespace/name of a Service`);
  const found = only(worldsOf(loaded, cluster).flatMap((world) => backendsIn(world, namespace, name)), text, path);
  return found.ok && found.value.workload === undefined ? probeFault('NOT_FOUND', path, `no pod is behind the Service ${quoteForeign(text)}`) : found;
};

export const findParty = (raw: unknown, loaded: Loaded, path: ProbeFault['path']): Found => {
  if (typeof raw === 'string') return findText(raw, loaded, path);
  const record = readRecord(raw);
  const ip = record?.get('ip');
  const service = record?.get('service');
  if (record?.size === 1 && typeof ip === 'string') return findAddress(ip, loaded, [...path, 'ip']);
  if (record?.size === 1 && typeof service === 'string') return findService(service, loaded, [...path, 'service']);
  return probeFault(raw === undefined ? 'REQUIRED' : 'TYPE', path, 'a text such as namespace/name, {"ip": …} or {"service": …} is expected here');
};
