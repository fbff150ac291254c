/**
 * The people of the edge scenarios, as manifests, and their packets as lines such as `w0 > w1 TCP 80: allow`.
 *
 * @module
 */
import { loadManifests } from '@firsthop/manifest';
import { type Family, formatAddress } from '@firsthop/netaddr';
import type { Verdict, World } from '@firsthop/policy';
import { addressOf } from '../random-world.ts';
import type { Inquiry } from './inquiry.ts';
import { standing } from './scenario.ts';
import { nodeAt } from './standing-ground.ts';

export interface EdgeCase {
  readonly name: string;
  /** Before everything else: of two with one name the first counts. */
  readonly objects: readonly object[];
  /** `from > to PROTOCOL[4|6] [port or type.code]: verdict`; both families where none is said. o14 is outside. */
  readonly lines: readonly string[];
}

export const object = (apiVersion: string, kind: string, id: string, body: { readonly labels?: object; readonly spec?: object; readonly status?: object }): object => {
  const { labels = {}, ...rest } = body;
  const [name = '', namespace] = id.split('/').reverse();
  return { apiVersion, kind, metadata: { name, labels, ...(namespace === undefined ? {} : { namespace }) }, ...rest };
};

const ip = (offset: number): string[] => [addressOf(4, offset), addressOf(6, offset)].map(formatAddress);
const pod = (id: string, offset: number, labels: object, more: { readonly account?: string; readonly ports?: readonly object[] } = {}): object =>
  object('v1', 'Pod', id, { labels, spec: { nodeName: 'n1', serviceAccountName: more.account ?? 'default', containers: [{ name: 'main', ports: more.ports ?? [] }] }, status: { phase: 'Running', podIPs: ip(offset).map((address) => ({ ip: address })) } });
const machine = (id: string, offset: number): object => object('firsthop.dev/v1alpha1', 'VirtualMachine', id, { labels: { app: 'vm' }, spec: { host: 'n1', interfaces: [{ name: 'nic0', addresses: ip(offset) }] } });
const node = (name: string, offset: number): object => object('v1', 'Node', name, { status: { addresses: ip(offset).map((address) => ({ type: 'InternalIP', address })) } });

const everybody: readonly object[] = [
  object('v1', 'Namespace', 'shop', { labels: { team: 'a' } }),
  object('v1', 'Namespace', 'pay', { labels: { team: 'a' } }),
  object('v1', 'Namespace', 'ops', {}),
  node('n1', nodeAt),
  node('n2', 13),
  pod('shop/w0', 0, { app: 'web' }, { account: 'robot' }),
  pod('shop/w1', 1, { app: 'api' }, { ports: [{ name: 'web', containerPort: 80 }] }),
  pod('shop/w2', 2, { app: 'web' }, { ports: [{ name: 'web', containerPort: 81 }, { name: 'web-udp', containerPort: 82, protocol: 'UDP' }] }),
  pod('pay/w3', 3, { app: 'web' }, { account: 'human' }),
  pod('pay/w4', 4, { app: 'api' }, { ports: [{ name: 'web', containerPort: 8080 }] }),
  // Somebody who would like to be taken for another namespace's.
  pod('ops/w6', 6, { app: 'job', namespace: 'pay', 'kubernetes.io/metadata.name': 'pay', 'firsthop.dev/namespace': 'pay' }),
  machine('shop/w5', 5),
  machine('pay/w7', 7),
  object('v1', 'Service', 'pay/api', { spec: { selector: { app: 'api' }, ports: [{ port: 80 }] } }),
];

const partyOf = (text: string): number => (text === 'node' ? nodeAt : Number(text.slice(1)));

const inquiriesOf = (line: string): { readonly inquiry: Inquiry; readonly verdict: Verdict }[] => {
  const [, from = '', to = '', protocol = '', family, number = '', verdict = ''] = /^(\S+) > (\S+) (TCP|UDP|SCTP|ICMP)([46]?) ?([\d.]*): (allow|drop|reject)$/.exec(line) ?? [];
  if (verdict === '') throw new Error(`no such line: ${line}`);
  const [first = 0, code] = number.split('.').map(Number);
  const families: Family[] = family === '4' ? [4] : family === '6' ? [6] : [4, 6];
  const icmp = code === undefined ? {} : { icmp: { type: first, code } };
  return families.map((of) => ({ inquiry: { from: partyOf(from), to: partyOf(to), family: of, protocol: protocol as Inquiry['protocol'], port: protocol === 'ICMP' ? 0 : first, ...icmp }, verdict: verdict as Verdict }));
};

export interface EdgeScenario {
  readonly world: World;
  readonly inquiries: readonly Inquiry[];
  /** In the order of the inquiries. */
  readonly verdicts: readonly Verdict[];
}

export const edgeScenario = ({ name, objects, lines }: EdgeCase): EdgeScenario => {
  const { clusters, errors } = loadManifests([{ file: `${name}.json`, text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects, ...everybody] }) }]);
  const [problem] = errors.filter(({ code }) => code !== 'DUPLICATE');
  const world = clusters.get('local')?.world;
  if (problem !== undefined || world === undefined) throw new Error(`${name}: ${problem?.path} ${problem?.message}`);
  const workloads = world.workloads.map((workload) => (/^w\d$/.test(workload.name) ? standing(workload, partyOf(workload.name)) : workload));
  const asked = lines.flatMap(inquiriesOf);
  return { world: { ...world, workloads }, inquiries: asked.map(({ inquiry }) => inquiry), verdicts: asked.map(({ verdict }) => verdict) };
};
