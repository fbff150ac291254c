/**
 * One name for selectors that say the same, so that policies share their membership and their address groups.
 *
 * @module
 */
import { type Brand, canonicalJson, compareText } from '@firsthop/base';
import type { LabelSelector, WorkloadSelector } from '@firsthop/selector';

export type SelectorKey = Brand<string, 'SelectorKey'>;

const canonicalLabels = ({ requirements }: LabelSelector): unknown => requirements.map((requirement) => canonicalJson(requirement)).sort(compareText);

export const selectorKey = ({ kind, clusters, namespaces, labels }: WorkloadSelector): SelectorKey =>
  canonicalJson({
    kind,
    clusters,
    namespaces: namespaces.kind === 'labels' ? { kind: 'labels', selector: canonicalLabels(namespaces.selector) } : namespaces,
    labels: canonicalLabels(labels),
  }) as SelectorKey;
