/**
 * Cilium's entities: kinds of others that have no labels.
 *
 * Cilium knows every pod and every node by identity, and an address only where it knows nobody. So `world`, blocks and names mean
 * what is neither, which two groups say: `cilium-inside`, pods of all clusters and nodes; `cilium-cluster`, of this one.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import type { Notebook, Path } from '../notebook.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';

export const insideGroup = 'cilium-inside';
export const clusterGroup = 'cilium-cluster';

const helper = (name: string, members: readonly Plain[]): Plain => ({ apiVersion: 'firsthop.dev/v1alpha1', kind: 'ClusterGroup', metadata: { name }, spec: { members } });

export const helperGroups: ReadonlyMap<string, Plain> = new Map([
  [insideGroup, helper(insideGroup, [{ namespaceSelector: {}, scope: 'ClusterSet' }, { nodes: {} }])],
  [clusterGroup, helper(clusterGroup, [{ namespaceSelector: {} }, { nodes: {} }])],
]);

const inside: Plain = { group: { name: insideGroup } };

/** Only where Cilium knows nobody. */
export const outside = (peer: Plain): Plain => ({ ...peer, not: inside });

const world = (cidrs: readonly string[]): readonly Plain[] => cidrs.map((cidr) => outside({ cidr: { cidr } }));

const nodes: Plain = { nodes: {} };

const entities = ['all', 'world', 'world-ipv4', 'world-ipv6', 'cluster', 'host', 'remote-node', 'none', 'init', 'health', 'kube-apiserver', 'unmanaged', 'ingress'] as const;
type Entity = (typeof entities)[number];

export interface EntityPlace {
  readonly direction: Direction;
  readonly action: Action;
  readonly path: Path;
}

/** A pod's own node always reaches it; towards it, it is a node like others and cannot be told from them. */
const readNodes = (name: 'host' | 'remote-node', { direction, action, path }: EntityPlace, book: Notebook): readonly Plain[] => {
  if (direction === 'ingress' && name === 'remote-node') return [nodes];
  if (direction === 'egress' || action !== 'Allow') return book.error('UNSUPPORTED', path, `${name} alone cannot be said here: nodes are pods' own ones and others alike`) ?? [];
  book.note(path, 'a pod is always reached from its own node');
  return [];
};

const readEntity = (name: Entity, place: EntityPlace, book: Notebook): Alternatives => {
  switch (name) {
    case 'all':
      return 'any';
    case 'world':
      return world(['0.0.0.0/0', '::/0']);
    case 'world-ipv4':
      return world(['0.0.0.0/0']);
    case 'world-ipv6':
      return world(['::/0']);
    case 'cluster':
      return [{ group: { name: clusterGroup } }];
    case 'host':
    case 'remote-node':
      return readNodes(name, place, book);
    case 'none':
    case 'init':
    case 'health':
      book.note(place.path, `nobody is ${name} here`);
      return [];
    case 'kube-apiserver':
    case 'unmanaged':
    case 'ingress':
      return book.error('UNSUPPORTED', place.path, `who is ${name} is not known here`) ?? [];
  }
};

/** Of several, with their paths: together, host and remote-node are all nodes. */
export const readEntities = (names: readonly { readonly raw: unknown; readonly path: Path }[], place: Omit<EntityPlace, 'path'>, book: Notebook): Alternatives => {
  const known = names.map(({ raw, path }) => ({ name: book.choice(raw, path, entities), path }));
  const areAllNodes = ['host', 'remote-node'].every((wanted) => known.some(({ name }) => name === wanted));
  const rest = areAllNodes ? known.filter(({ name }) => name !== 'host' && name !== 'remote-node') : known;
  const peers = rest.map(({ name, path }): Alternatives => (name === undefined ? [] : readEntity(name, { ...place, path }, book)));
  if (peers.includes('any')) return 'any';
  return [...(areAllNodes ? [nodes] : []), ...peers.flatMap((one) => (one === 'any' ? [] : one))];
};
