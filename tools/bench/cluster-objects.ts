/**
 * The cluster that `verify`, `connectivity` and `diff` are measured on, as Kubernetes objects, so that another implementation can be fed
 * the same: 50 namespaces; workloads of equal pods; policies of which each selects one workload and allows two others in its namespace or
 * one in another, on one to three ports; one in twenty has a prefix with an exception; one in ten is cluster-wide.
 *
 * @module
 */
import { type Random, seeded } from './random.ts';

export interface ClusterShape {
  readonly pods: number;
  readonly workloads: number;
  readonly policies: number;
  readonly seed: number;
}

type KubernetesObject = Readonly<Record<string, unknown>>;

const namespaces = 50;
const namespaceOf = (workload: number): string => `ns-${workload % namespaces}`;
const labelsOf = (workload: number): Record<string, string> => ({ app: `app-${workload}`, tier: `tier-${workload % 7}`, team: `team-${workload % 13}` });

const pod = (index: number, { workloads }: ClusterShape): KubernetesObject => {
  const workload = index % workloads;
  const address = 0x0a00_0000 + 256 + index;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `app-${workload}-${index}`, namespace: namespaceOf(workload), labels: labelsOf(workload), ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `app-${workload}`, controller: true }] },
    spec: { nodeName: `node-${index % 100}`, containers: [{ name: 'main', image: 'example.com/app:1', ports: [{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }] }] },
    status: { phase: 'Running', podIP: [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.') },
  };
};

const ports = (random: Random): KubernetesObject[] => Array.from({ length: 1 + random(3) }, () => (random(4) === 0 ? { protocol: 'TCP', port: 'http' } : { protocol: random(5) === 0 ? 'UDP' : 'TCP', port: 1000 + random(200) * 10 }));

const networkPolicy = (index: number, random: Random, { workloads }: ClusterShape): KubernetesObject => {
  const subject = index % workloads;
  const sibling = (): KubernetesObject => ({ podSelector: { matchLabels: { app: `app-${(subject + namespaces * (1 + random(19))) % workloads}` } } });
  const foreign = (): KubernetesObject => {
    const other = random(workloads);
    return { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceOf(other) } }, podSelector: { matchLabels: { tier: `tier-${other % 7}` } } };
  };
  const block = (): KubernetesObject => {
    const second = 16 + random(16);
    return { ipBlock: { cidr: `172.${second}.0.0/16`, except: [`172.${second}.${random(200)}.0/24`] } };
  };
  const peers = random(20) === 0 ? [sibling(), block()] : random(2) === 0 ? [sibling(), sibling()] : [foreign()];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `np-${index}`, namespace: namespaceOf(subject) },
    spec: { podSelector: { matchLabels: { app: `app-${subject}` } }, policyTypes: ['Ingress'], ingress: [{ from: peers, ports: ports(random) }] },
  };
};

const securityPolicy = (index: number, random: Random): KubernetesObject => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'ClusterSecurityPolicy',
  metadata: { name: `csp-${index}` },
  spec: {
    tier: index % 2 === 0 ? 'environment' : 'infrastructure',
    priority: index,
    appliedTo: [{ podSelector: { matchLabels: { team: `team-${index % 13}`, tier: `tier-${random(7)}` } } }],
    ingress: [{ name: 'rule', action: random(3) === 0 ? 'Allow' : 'Drop', from: [{ podSelector: { matchLabels: { team: `team-${random(13)}` } } }], ports: [{ protocol: 'TCP', port: 1000 + random(200) * 10 }] }],
  },
});

export const clusterObjects = (shape: ClusterShape): KubernetesObject[] => {
  const random = seeded(shape.seed);
  const named = Array.from({ length: namespaces }, (_, i) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `ns-${i}`, labels: { zone: `zone-${i % 5}` } } }));
  const pods = Array.from({ length: shape.pods }, (_, i) => pod(i, shape));
  const policies = Array.from({ length: shape.policies }, (_, i) => (i % 10 === 9 ? securityPolicy(i, random) : networkPolicy(i, random, shape)));
  return [...named, ...pods, ...policies];
};
