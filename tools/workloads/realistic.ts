/**
 * A cluster of the size and shape of a real one (performance.md section 4): 5,413 pods in 604 namespaces, 13,678 policies with 15,423 peers; a policy governs 13.1
 * pods on average and 6 in the middle, a selector of a peer finds 35.4 and 2. What the shape is made of is ours: applications, components, teams and stages, of
 * which each policy picks the one whose size is next to a number that is drawn.
 *
 * @module
 */
import { type Random, seeded } from '../bench/random.ts';
import { type KubernetesObject, type Labels, matching, namespace, networkPolicy, pod, someNode } from './kubernetes-objects.ts';
import { SizedChoices } from './sized-choices.ts';

export const realisticShape = { pods: 5413, namespaces: 604, policies: 13_678, peers: 15_423 } as const;

const nodes = 180;
const [teams, stages] = [30, 4];
/** Of peers: CIDRs in 2.7 %, all pods in 0.35 % (classes.md section 3). */
const [cidrShare, allShare] = [27, 3.5].map((perMille) => perMille / 1000) as [number, number];
/** What a policy governs, and what a selector of a peer finds: a median, and how far apart sizes are. The spreads are set so that the means come out, among the sizes that there are. */
const [local, remote] = [{ median: 6, spread: 1.34 }, { median: 2, spread: 1.95 }];

interface Home {
  readonly name: string;
  readonly labels: Labels;
  readonly pods: readonly Labels[];
}

/** Above 0 and below 1. */
const share = (random: Random): number => (random(2 ** 31) + 0.5) / 2 ** 31;
/** A number of the normal distribution: Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(share(random))) * Math.cos(2 * Math.PI * share(random));
const drawn = (random: Random, { median, spread }: typeof local): number => median * Math.exp(spread * normal(random));

/** How many pods each namespace has: most have few, some very many; one each at least. */
const sizesOf = (random: Random): number[] => {
  const weights = Array.from({ length: realisticShape.namespaces }, () => drawn(random, { median: 1, spread: 1.3 }));
  const all = weights.reduce((sum, one) => sum + one, 0);
  const sizes = weights.map((one) => 1 + Math.floor((one / all) * (realisticShape.pods - realisticShape.namespaces)));
  for (let left = realisticShape.pods - sizes.reduce((sum, one) => sum + one, 0); left > 0; left--) {
    const at = random(sizes.length);
    sizes[at] = (sizes[at] ?? 0) + 1;
  }
  return sizes;
};

const homesOf = (random: Random): Home[] =>
  sizesOf(random).map((size, i) => {
    const name = `ns-${i}`;
    let [app, component] = [0, 0];
    const pods = Array.from({ length: size }, (): Labels => {
      if (random(10) < 4) app++;
      if (random(10) < 1) component++;
      return { app: `app-${app}`, component: `component-${component}` };
    });
    return { name, labels: { 'kubernetes.io/metadata.name': name, team: `team-${random(teams)}`, stage: `stage-${random(stages)}` }, pods };
  });

interface Local {
  readonly home: string;
  readonly selector: Labels;
}
interface Remote {
  readonly namespaces: Labels;
  readonly pods: Labels;
}

const choicesOf = (homes: readonly Home[]): { readonly local: SizedChoices<Local>; readonly remote: SizedChoices<Remote> } => {
  const [locals, remotes] = [new SizedChoices<Local>(), new SizedChoices<Remote>()];
  for (const { name, labels, pods } of homes)
    for (const one of pods) {
      const selectors: Labels[] = [{}, { app: one['app'] ?? '' }, { component: one['component'] ?? '' }];
      for (const selector of selectors) {
        locals.count({ home: name, selector });
        remotes.count({ namespaces: { 'kubernetes.io/metadata.name': name }, pods: selector });
        remotes.count({ namespaces: { team: labels['team'] ?? '' }, pods: selector });
        remotes.count({ namespaces: { team: labels['team'] ?? '', stage: labels['stage'] ?? '' }, pods: selector });
      }
    }
  return { local: locals, remote: remotes };
};

const protocols = ['TCP', 'TCP', 'TCP', 'UDP'];
/** One of five is about every port, the others about one to three. */
const portsOf = (random: Random): KubernetesObject => (random(5) === 0 ? {} : { ports: Array.from({ length: 1 + random(3) }, () => ({ protocol: protocols[random(4)], port: 1 + random(9999) })) });

const selecting = (labels: Labels): KubernetesObject => (Object.keys(labels).length === 0 ? {} : matching(labels));

const peerOf = (random: Random, home: string, choices: SizedChoices<Remote>): KubernetesObject => {
  const kind = share(random);
  if (kind < cidrShare) return { ipBlock: { cidr: `192.${random(256)}.${random(256)}.0/24` } };
  if (kind < cidrShare + allShare) return { namespaceSelector: {} };
  const { namespaces, pods } = choices.nearest(drawn(random, remote), random);
  return namespaces['kubernetes.io/metadata.name'] === home ? { podSelector: selecting(pods) } : { namespaceSelector: matching(namespaces), podSelector: selecting(pods) };
};

export function* realistic(seed: number): Generator<KubernetesObject> {
  const random = seeded(seed);
  const homes = homesOf(random);
  let index = 0;
  for (const { name, labels, pods } of homes) {
    yield namespace(name, labels);
    for (const [i, one] of pods.entries()) yield pod({ name: `pod-${i}`, namespace: name, labels: one }, index++, someNode(random, nodes));
  }
  const choices = choicesOf(homes);
  const twice = realisticShape.peers - realisticShape.policies;
  for (let i = 0; i < realisticShape.policies; i++) {
    const { home, selector } = choices.local.nearest(drawn(random, local), random);
    const peers = Array.from({ length: i < twice ? 2 : 1 }, () => peerOf(random, home, choices.remote));
    const rule = portsOf(random);
    const spec = random(4) === 0 ? { policyTypes: ['Egress'], egress: [{ to: peers, ...rule }] } : { policyTypes: ['Ingress'], ingress: [{ from: peers, ...rule }] };
    yield networkPolicy(`np-${i}`, home, { podSelector: selecting(selector), ...spec });
  }
}
