import { canonicalWorkloadSelector, type RelativeSelector } from '@firsthop/selector';

/** Canonical text: equal texts, equal members. */
export type SelectorKey = string;

/** Objects of policies never change, and their selectors are asked for again and again. */
const known = new WeakMap<RelativeSelector, SelectorKey>();

export const selectorKey = (selector: RelativeSelector): SelectorKey => {
  const there = known.get(selector);
  if (there !== undefined) return there;
  const key = canonicalWorkloadSelector(selector);
  known.set(selector, key);
  return key;
};
