/**
 * What differs between the elements of a set or map.
 *
 * @module
 */
import { elementText } from './element-lines.ts';
import { type Elements, otherElements } from './elements/elements.ts';

export interface ElementDifference {
  /** Keys. */
  readonly gone: readonly string[];
  /** As nft writes them. An element with another value is among the gone ones too. */
  readonly come: readonly string[];
}

export const diffElements = (was: Elements | undefined, now: Elements): ElementDifference => ({
  gone: was === undefined ? [] : Array.from(otherElements(was, now), ([key]) => key),
  come: Array.from(otherElements(now, was), ([key, value]) => elementText(key, value)),
});
