/**
 * Which workloads: a conjunction over system facts and over user labels. The two never share a map, so a label
 * called `namespace` can never pretend to be one.
 *
 * @module
 */
import type { LabelSelector, Labels } from './label-selector.ts';
import { matchesLabels } from './label-selector.ts';

export type WorkloadKind = 'pod' | 'vm' | 'host';

/** `any`: the whole cluster set. A policy says so expressly; otherwise its own cluster is meant. `labels` looks at `clusterLabels`. */
export type ClusterScope = { readonly kind: 'any' } | { readonly kind: 'named'; readonly cluster: string } | { readonly kind: 'labels'; readonly selector: LabelSelector };

/** All that is known of a cluster by label: its name, under the same key as a namespace's. */
export const clusterLabels = (cluster: string): Labels => new Map([['kubernetes.io/metadata.name', cluster]]);

export type NamespaceScope =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly namespace: string }
  | { readonly kind: 'labels'; readonly selector: LabelSelector };

export interface WorkloadSelector {
  readonly kind: WorkloadKind;
  readonly clusters: ClusterScope;
  readonly namespaces: NamespaceScope;
  readonly labels: LabelSelector;
  /** The name of the service account that it runs under. Undefined: whatever it is. */
  readonly serviceAccount?: string;
}

/** Namespaces in relation to the namespace of a policy's subject: the same one, or one with equal values of these labels. */
export type RelativeScope = { readonly kind: 'self' } | { readonly kind: 'sameLabels'; readonly keys: readonly string[] };

/** As written in a rule: it becomes a `WorkloadSelector` for each subject (`bindSelector`). */
export type RelativeSelector = Omit<WorkloadSelector, 'namespaces'> & { readonly namespaces: NamespaceScope | RelativeScope };

/** What a selector that asks for no namespace may look at. */
export interface FactsAnywhere {
  readonly kind: WorkloadKind;
  readonly cluster: string;
  readonly labels: Labels;
  readonly serviceAccount?: string | undefined;
}

/** What a selector may look at. Two workloads with equal facts are always selected alike. */
export interface SelectableFacts extends FactsAnywhere {
  readonly namespace: string;
  readonly namespaceLabels: Labels;
}

const inClusters = (scope: ClusterScope, cluster: string): boolean => {
  switch (scope.kind) {
    case 'any':
      return true;
    case 'named':
      return scope.cluster === cluster;
    case 'labels':
      return matchesLabels(scope.selector, clusterLabels(cluster));
  }
};

const inNamespaces = (scope: NamespaceScope, facts: SelectableFacts): boolean => {
  switch (scope.kind) {
    case 'any':
      return true;
    case 'named':
      return scope.namespace === facts.namespace;
    case 'labels':
      return matchesLabels(scope.selector, facts.namespaceLabels);
  }
};

/** As if it asked for no namespace. */
export const selectsAnywhere = (selector: Omit<WorkloadSelector, 'namespaces'>, facts: FactsAnywhere): boolean =>
  selector.kind === facts.kind &&
  inClusters(selector.clusters, facts.cluster) &&
  (selector.serviceAccount === undefined || selector.serviceAccount === facts.serviceAccount) &&
  matchesLabels(selector.labels, facts.labels);

export const selects = (selector: WorkloadSelector, facts: SelectableFacts): boolean => inNamespaces(selector.namespaces, facts) && selectsAnywhere(selector, facts);
