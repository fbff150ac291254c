/**
 * The clusters that computing is measured on (performance.md, sections 1 and 7), as Kubernetes objects, so that another implementation can be
 * fed the same. Each is the same for the same seed.
 *
 * @module
 */
import { type Random, seeded } from '../bench/random.ts';
import { type KubernetesObject, matching, namespace, networkPolicy, pod, securityPolicy, someNode, virtualMachine } from './kubernetes-objects.ts';
import { realistic } from './realistic.ts';

const nodes = 1000;

interface Cluster {
  readonly what: string;
  readonly objects: (seed: number) => Generator<KubernetesObject>;
}

const denyAll = (home: string): KubernetesObject => networkPolicy('default-deny', home, { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
/** Those with these labels hear each other. */
const among = (name: string, home: string, labels: Readonly<Record<string, string>>): KubernetesObject => networkPolicy(name, home, { podSelector: matching(labels), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: matching(labels) }] }] });

/** Four pods and three policies in each namespace. `nodes`: over which the pods are spread; not said: as many as there are for a hundred pods on each. */
export function* smallNamespaces(seed: number, namespaces = 25_000, nodes = Math.max(1, Math.round(namespaces / 25))): Generator<KubernetesObject> {
  const random = seeded(seed);
  for (let i = 0; i < namespaces; i++) {
    const home = `ns-${i}`;
    const sides = ['app-1', 'app-2'].map((key) => ({ [key]: 'scale' }));
    yield namespace(home);
    for (let j = 0; j < 4; j++) yield pod({ name: `pod-${j}`, namespace: home, labels: sides[j % 2] ?? {} }, 4 * i + j, someNode(random, nodes));
    yield denyAll(home);
    for (const [j, labels] of sides.entries()) yield among(`np-${j}`, home, labels);
  }
}

function* oneNamespace(seed: number): Generator<KubernetesObject> {
  const random = seeded(seed);
  yield namespace('one');
  for (let i = 0; i < 10_000; i++) yield pod({ name: `pod-${i}`, namespace: 'one', labels: { 'app-1': 'scale-1' } }, i, someNode(random, nodes));
  for (let i = 0; i < 10_000; i++) yield among(`np-${i}`, 'one', { 'app-1': 'scale-1' });
}

const uniqueLabel = (random: Random): string => `scale-${random(2 ** 31).toString(36)}${random(2 ** 31).toString(36)}`;

function* uniqueSelectors(seed: number): Generator<KubernetesObject> {
  const random = seeded(seed);
  yield namespace('one');
  const labels = Array.from({ length: 10_000 }, () => uniqueLabel(random));
  for (const [i, app] of labels.entries()) yield pod({ name: `pod-${i}`, namespace: 'one', labels: { app } }, i, someNode(random, nodes));
  for (const [i, app] of labels.entries()) yield networkPolicy(`np-${i}`, 'one', { podSelector: matching({ app }), policyTypes: ['Ingress'], ingress: [{ from: [{ podSelector: matching({ app: labels[i ^ 1] ?? app }) }] }] });
}

/** As `uniqueSelectors`; a policy that allows the one and drops the others is what a NetworkPolicy is to pods. */
function* uniqueSelectorsOfVms(seed: number): Generator<KubernetesObject> {
  const random = seeded(seed);
  yield namespace('one');
  const labels = Array.from({ length: 10_000 }, () => uniqueLabel(random));
  for (const [i, app] of labels.entries()) yield virtualMachine({ name: `vm-${i}`, namespace: 'one', labels: { app } }, i, someNode(random, nodes));
  for (const [i, app] of labels.entries())
    yield securityPolicy(`sp-${i}`, 'one', { appliedTo: [{ vmSelector: matching({ app }) }], ingress: [{ name: 'pair', action: 'Allow', from: [{ vmSelector: matching({ app: labels[i ^ 1] ?? app }) }] }, { name: 'others', action: 'Drop' }] });
}

function* clusterScoped(seed: number): Generator<KubernetesObject> {
  const random = seeded(seed);
  const company = (i: number): string => `company-${i % 100}`;
  for (let i = 0; i < 1000; i++) yield namespace(`ns-${i}`, { company: company(i) });
  for (let i = 0; i < 100_000; i++) yield pod({ name: `pod-${i}`, namespace: `ns-${i % 1000}`, labels: { app: `app-${Math.floor(i / 1000) % 10}` } }, i, someNode(random, nodes));
  // Each policy: ten pods of its namespace, and a hundred of the ten namespaces of its company.
  for (let i = 0; i < 10_000; i++) {
    const [home, app] = [i % 1000, Math.floor(i / 1000)];
    yield networkPolicy(`np-${app}`, `ns-${home}`, { podSelector: matching({ app: `app-${app}` }), policyTypes: ['Ingress'], ingress: [{ from: [{ namespaceSelector: matching({ company: company(home) }), podSelector: matching({ app: `app-${app}` }) }] }] });
  }
}

export const clusters: Readonly<Record<string, Cluster>> = {
  'compute-small-namespaces': { what: '25,000 namespaces, 100,000 pods, 75,000 NetworkPolicies, 1,000 nodes', objects: smallNamespaces },
  'compute-one-namespace': { what: '10,000 pods x 10,000 policies, one label', objects: oneNamespace },
  'compute-unique-selectors': { what: '10,000 pods, each its own label; 10,000 policies pairwise', objects: uniqueSelectors },
  'compute-unique-selectors-vms': { what: '10,000 VMs, each its own label; 10,000 SecurityPolicies pairwise', objects: uniqueSelectorsOfVms },
  'compute-cluster-scoped': { what: '1,000 namespaces x 100 pods, 10,000 policies with namespace selectors', objects: clusterScoped },
  realistic: { what: '5,413 pods, 604 namespaces, 13,678 NetworkPolicies with 15,423 peers, of the sizes of a real cluster', objects: realistic },
};
