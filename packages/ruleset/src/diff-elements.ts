/**
 * What differs between the elements of a set or map.
 *
 * @module
 */
import { elementText } from './element-lines.ts';

export type Elements = ReadonlyMap<string, string>;

export interface ElementDifference {
  /** Keys. */
  readonly gone: readonly string[];
  /** As nft writes them. An element with another value is among the gone ones too. */
  readonly come: readonly string[];
}

export const diffElements = (was: Elements | undefined, now: Elements): ElementDifference => ({
  gone: [...(was ?? [])].filter(([key, value]) => now.get(key) !== value).map(([key]) => key),
  come: [...now].filter(([key, value]) => was?.get(key) !== value).map(([key, value]) => elementText(key, value)),
});
