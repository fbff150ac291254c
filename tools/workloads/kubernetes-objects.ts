/**
 * Kubernetes objects as an API server gives them, cut down to what policy looks at.
 *
 * @module
 */
import type { Random } from '../bench/random.ts';

export type KubernetesObject = Readonly<Record<string, unknown>>;
export type Labels = Readonly<Record<string, string>>;

export interface Meta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

export const namespace = (name: string, labels: Labels = {}): KubernetesObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } } });

/** Another one for each index, up to sixteen million. */
const addressAt = (index: number): string => [24, 16, 8, 0].map((shift) => ((0x0a00_0000 + 1 + index) >>> shift) & 255).join('.');

/** `index`: another address for each. */
export const pod = ({ name, namespace: home = 'default', labels = {} }: Meta, index: number, nodeName: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: home, uid: `uid-${index}`, labels },
  spec: { nodeName, containers: [{ name: 'main', image: 'example.com/app:1' }] },
  status: { phase: 'Running', podIP: addressAt(index) },
});

/** `index`: another address for each. */
export const virtualMachine = ({ name, namespace: home = 'default', labels = {} }: Meta, index: number, host: string): KubernetesObject => ({
  apiVersion: 'firsthop.dev/v1alpha1',
  kind: 'VirtualMachine',
  metadata: { name, namespace: home, uid: `uid-${index}`, labels },
  spec: { host, interfaces: [{ name: 'eth0', addresses: [addressAt(index)] }] },
});

export const networkPolicy = (name: string, home: string, spec: KubernetesObject): KubernetesObject => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: home }, spec });

export const securityPolicy = (name: string, home: string, spec: KubernetesObject): KubernetesObject => ({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'SecurityPolicy', metadata: { name, namespace: home }, spec });

export const matching = (labels: Labels): KubernetesObject => ({ matchLabels: labels });

export const someNode = (random: Random, nodes: number): string => `node-${random(nodes)}`;
