/**
 * One text for every way of writing the same conjunction: order, repeats and matchLabels-or-In cannot be seen in it.
 * Law: equal texts, equal matches. (The converse is not claimed: `a in (x), a notin (x)` and `b, !b` both match nothing.)
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { LabelSelector, Requirement } from './label-selector.ts';
import type { ClusterScope, RelativeSelector } from './workload-selector.ts';

const word = (text: string): string => (/^[A-Za-z0-9._/-]+$/.test(text) ? text : JSON.stringify(text));

const requirementText = ({ key, operator, values }: Requirement): string => {
  const list = (): string => `(${(values.length < 2 ? values : [...new Set(values)].sort()).map(word).join(',')})`;
  switch (operator) {
    case 'In':
      return `${word(key)} in ${list()}`;
    case 'NotIn':
      return `${word(key)} notin ${list()}`;
    case 'Exists':
      return word(key);
    case 'DoesNotExist':
      return `!${word(key)}`;
  }
};

/** Sorted by text, without repeats. */
export const sortRequirements = (requirements: readonly Requirement[]): Requirement[] => {
  const byText = new Map(requirements.map((requirement) => [requirementText(requirement), requirement]));
  return [...byText].sort(([a], [b]) => compareText(a, b)).map(([, requirement]) => requirement);
};

/** `*` for the selector that matches everything. */
export const canonicalSelector = ({ requirements }: LabelSelector): string => (requirements.length === 0 ? '*' : [...new Set(requirements.map(requirementText))].sort(compareText).join(', '));

const clusterText = (scope: ClusterScope): string => {
  switch (scope.kind) {
    case 'any':
      return '*';
    case 'named':
      return word(scope.cluster);
    case 'labels':
      return `{${canonicalSelector(scope.selector)}}`;
  }
};

const namespaceText = (scope: RelativeSelector['namespaces']): string => {
  switch (scope.kind) {
    case 'any':
      return '*';
    case 'named':
      return word(scope.namespace);
    case 'labels':
      return `{${canonicalSelector(scope.selector)}}`;
    case 'self':
      return '=';
    case 'sameLabels':
      return `=(${[...new Set(scope.keys)].sort().map(word).join(',')})`;
  }
};

const textOf = ({ kind, clusters, namespaces, labels, serviceAccount }: RelativeSelector): string =>
  `${kind} ${clusterText(clusters)} ${namespaceText(namespaces)} {${canonicalSelector(labels)}}${serviceAccount === undefined ? '' : ` @${word(serviceAccount)}`}`;

/** Selectors never change, and those of policies are asked for again and again. */
const known = new WeakMap<RelativeSelector, string>();

/** `pod west shop {app in (web)}`: kind, cluster, namespace, labels; then the service account, where one is asked for. */
export const canonicalWorkloadSelector = (selector: RelativeSelector): string => {
  const there = known.get(selector);
  if (there !== undefined) return there;
  const text = textOf(selector);
  known.set(selector, text);
  return text;
};
