/**
 * What a run of mutants says of the tests.
 *
 * @module
 */
import { nameOf } from './population.ts';
import { type Judgement, runsForEver } from './run-mutants.ts';
import type { Survivor } from './survivors.ts';

export const leastCaught = 0.95;

export interface Score {
  readonly judged: number;
  readonly caught: number;
  /** Listed on the page: no test could notice them. */
  readonly explained: readonly Judgement[];
  /** Somebody must write the test, or say why there is none. */
  readonly unexplained: readonly Judgement[];
  /** Listed on the page, and caught by a test all the same: the reason there is wrong. (Some of them are only slower.) */
  readonly wronglyListed: readonly Judgement[];
  /** Of those that can be. */
  readonly share: number;
}

export const scoreOf = (judgements: readonly Judgement[], listed: readonly Survivor[]): Score => {
  const names = new Set(listed.map(nameOf));
  const isListed = ({ mutant }: Judgement): boolean => names.has(nameOf(mutant));
  const caught = judgements.filter(({ caughtBy }) => caughtBy !== undefined);
  const survivors = judgements.filter(({ caughtBy }) => caughtBy === undefined);
  const explained = survivors.filter(isListed);
  const share = judgements.length === explained.length ? 0 : caught.length / (judgements.length - explained.length);
  return { judged: judgements.length, caught: caught.length, explained, unexplained: survivors.filter((one) => !isListed(one)), wronglyListed: caught.filter((one) => isListed(one) && one.caughtBy !== runsForEver), share };
};

export const isGood = ({ share, wronglyListed }: Score): boolean => share >= leastCaught && wronglyListed.length === 0;
