/**
 * From drafts to workloads: those without a node get one, those without an address get one of each family.
 *
 * A node is chosen by the highest hash of (node, workload), so that one more node moves only those that move to it.
 *
 * @module
 */
import { compareText, sha256Hex } from '@firsthop/base';
import type { Node, Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import { hostOf, type InterfaceDraft, type WorkloadDraft, workloadOf } from '@firsthop/objects';
import { assignAddresses, nodePool, workloadPool } from './address-pool.ts';

const nameOf = ({ cluster, namespace, name }: WorkloadDraft): string => `${cluster}/${namespace}/${name}`;
const fullName = (draft: WorkloadDraft): string => `${nameOf(draft)}/${draft.uid}`;

const hashOf = (text: string): number => Number.parseInt(sha256Hex(text).slice(0, 8), 16);

/** MurmurHash3's finish: every bit of the input moves every bit of the score. Cheap, for it is done once per node and workload. */
const mix = (node: number, workload: number): number => {
  let score = node ^ workload;
  score = Math.imul(score ^ (score >>> 16), 0x85eb_ca6b);
  score = Math.imul(score ^ (score >>> 13), 0xc2b2_ae35);
  return (score ^ (score >>> 16)) >>> 0;
};

interface Places {
  readonly byName: ReadonlyMap<string, Node>;
  readonly hashes: readonly (readonly [name: string, hash: number])[];
}

const placesOf = (nodes: readonly Node[]): Places => ({ byName: new Map([...nodes].reverse().map((node) => [node.name, node])), hashes: nodes.map(({ name }) => [name, hashOf(name)]) });

const bestNode = (draft: WorkloadDraft, { hashes }: Places): string | undefined => {
  const workload = hashOf(nameOf(draft));
  let best: { readonly name: string; readonly score: number } | undefined;
  for (const [name, hash] of hashes) {
    const score = mix(hash, workload);
    if (best === undefined || score > best.score) best = { name, score };
  }
  return best?.name;
};

/** Nodes that are only named, and one for a cluster that names none: without a node nothing would be enforced anywhere. */
const nodesFor = (cluster: string, declared: readonly Node[], drafts: readonly WorkloadDraft[]): Node[] => {
  const known = new Set(declared.map(({ name }) => name));
  const named = [...new Set(drafts.flatMap(({ node }) => (node === undefined || known.has(node) ? [] : [node])))].sort();
  const missing = known.size + named.length === 0 && drafts.length > 0 ? ['node-0'] : named;
  return [...declared, ...missing.map((name): Node => ({ cluster, name, labels: new Map(), addresses: [] }))];
};

const addressNodes = (nodes: readonly Node[], taken: Set<Address>): Node[] =>
  [...nodes].sort((a, b) => compareText(a.name, b.name)).map((node) => (node.addresses.length > 0 ? node : { ...node, addresses: assignAddresses(nodePool, `${node.cluster}/${node.name}`, taken) ?? [] }));

const addressesOf = (draft: WorkloadDraft, { addresses, interfaceName }: InterfaceDraft, node: Node | undefined, taken: Set<Address>): readonly Address[] => {
  if (addresses.length > 0) return addresses;
  if (draft.hostNetwork) return node?.addresses ?? [];
  const isFirst = draft.interfaces[0]?.interfaceName === interfaceName;
  return assignAddresses(workloadPool, isFirst ? nameOf(draft) : `${nameOf(draft)}/${interfaceName}`, taken) ?? [];
};

const finish = (draft: WorkloadDraft, places: Places, taken: Set<Address>): Workload => {
  const name = draft.node ?? bestNode(draft, places);
  const node = name === undefined ? undefined : places.byName.get(name);
  return workloadOf({ ...draft, node: name, interfaces: draft.interfaces.map((one) => ({ ...one, addresses: addressesOf(draft, one, node, taken) })) });
};

export interface Unplaced {
  readonly cluster: string;
  readonly nodes: readonly Node[];
  readonly drafts: readonly WorkloadDraft[];
}

export interface Placed {
  readonly nodes: readonly Node[];
  readonly workloads: readonly Workload[];
}

/** All clusters of one input share one address plan. */
export const placeAll = (clusters: readonly Unplaced[]): ReadonlyMap<string, Placed> => {
  const taken = new Set<Address>(clusters.flatMap(({ nodes, drafts }) => [...nodes.flatMap(({ addresses }) => addresses), ...drafts.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses))]));
  const ordered = [...clusters].sort((a, b) => compareText(a.cluster, b.cluster));
  return new Map(
    ordered.map(({ cluster, nodes, drafts }) => {
      const placed = addressNodes(nodesFor(cluster, nodes, drafts), taken);
      const places = placesOf(placed);
      const named = drafts.map((draft) => ({ draft, name: fullName(draft) })).sort((a, b) => compareText(a.name, b.name));
      const workloads = named.map(({ draft }) => finish(draft, places, taken));
      return [cluster, { nodes: placed, workloads: [...workloads, ...placed.map(hostOf)] }];
    }),
  );
};
