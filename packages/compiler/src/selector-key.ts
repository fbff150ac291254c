import { canonicalWorkloadSelector, type RelativeSelector } from '@firsthop/selector';

/** Canonical text: equal texts, equal members. */
export type SelectorKey = string;

export const selectorKey = (selector: RelativeSelector): SelectorKey => canonicalWorkloadSelector(selector);
