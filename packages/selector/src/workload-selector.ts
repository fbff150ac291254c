/**
 * Which workloads: a conjunction over system facts and over user labels. The two never share a map, so a label
 * called `namespace` can never pretend to be one.
 *
 * @module
 */
import type { LabelSelector, Labels } from './label-selector.ts';
import { matchesLabels } from './label-selector.ts';

export type WorkloadKind = 'pod' | 'vm' | 'host';

/** `any`: the whole cluster set. A policy says so expressly; otherwise its own cluster is meant. */
export type ClusterScope = { readonly kind: 'any' } | { readonly kind: 'named'; readonly cluster: string };

export type NamespaceScope =
  | { readonly kind: 'any' }
  | { readonly kind: 'named'; readonly namespace: string }
  | { readonly kind: 'labels'; readonly selector: LabelSelector };

export interface WorkloadSelector {
  readonly kind: WorkloadKind;
  readonly clusters: ClusterScope;
  readonly namespaces: NamespaceScope;
  readonly labels: LabelSelector;
}

/** What a selector may look at. Two workloads with equal facts are always selected alike. */
export interface SelectableFacts {
  readonly kind: WorkloadKind;
  readonly cluster: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

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

export const selects = (selector: WorkloadSelector, facts: SelectableFacts): boolean =>
  selector.kind === facts.kind &&
  (selector.clusters.kind === 'any' || selector.clusters.cluster === facts.cluster) &&
  inNamespaces(selector.namespaces, facts) &&
  matchesLabels(selector.labels, facts.labels);
