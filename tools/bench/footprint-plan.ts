/**
 * A plan as a large cluster gives to one of its nodes: few endpoints, many addresses elsewhere.
 *
 * @module
 */
import { worldChanges } from '@firsthop/analysis';
import { Compiler } from '@firsthop/compiler';
import { loadManifests } from '@firsthop/manifest';
import { formatAddress, ipv4 } from '@firsthop/netaddr';
import type { NodePlan } from '@firsthop/plan';

export interface FootprintShape {
  readonly endpoints: number;
  readonly remote: number;
  /** As many groups of pods elsewhere. */
  readonly policies: number;
}

/** Of an endpoint on node `n`, from 0. */
export const localAddress = (i: number): string => formatAddress(ipv4(0x0af4_0000 + 1 + i));
const remoteAddress = (i: number): string => formatAddress(ipv4(0x0a80_0000 + i));

const pod = (name: string, labels: object, nodeName: string, ip: string): object => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'app', uid: `uid-${name}`, labels }, spec: { nodeName, containers: [{ name: 'main' }] }, status: { phase: 'Running', podIPs: [{ ip }] } });

export const footprintPlan = ({ endpoints, remote, policies }: FootprintShape): NodePlan => {
  const items = [
    ...['n', 'far'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })),
    ...Array.from({ length: endpoints }, (_, i) => pod(`here-${i}`, { app: `a${i % policies}` }, 'n', localAddress(i))),
    ...Array.from({ length: remote }, (_, i) => pod(`far-${i}`, { peer: `p${i % policies}` }, 'far', remoteAddress(i))),
    ...Array.from({ length: policies }, (_, i) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `np-${i}`, namespace: 'app' },
      spec: { podSelector: { matchLabels: { app: `a${i}` } }, ingress: [{ from: [{ podSelector: { matchLabels: { peer: `p${i}` } } }], ports: [{ protocol: 'TCP', port: 1000 + i }] }] },
    })),
  ];
  const world = [...loadManifests([{ file: 'objects.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }]).clusters.values()][0]?.world;
  if (world === undefined) throw new Error('no world');
  const compiler = new Compiler({ cluster: world.cluster });
  for (const change of worldChanges(world)) compiler.apply(change);
  compiler.flush({ epoch: 0, watermarks: new Map([['directory', 1]]) });
  const plan = compiler.snapshot('n');
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
