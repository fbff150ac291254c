/**
 * Growth from cycle to cycle. Pure.
 *
 * @module
 */

/** The first values are those of a program that is still warming up. */
export const discarded = 0.3;

/** Least squares: what is added in each cycle, as a share of the mean. 0 for values that are all 0. */
export const slopeShare = (values: readonly number[]): number => {
  const steady = values.slice(Math.floor(values.length * discarded));
  const middle = (steady.length - 1) / 2;
  const mean = steady.reduce((sum, value) => sum + value, 0) / steady.length;
  const spread = steady.reduce((sum, _, i) => sum + (i - middle) ** 2, 0);
  const slope = steady.reduce((sum, value, i) => sum + (i - middle) * (value - mean), 0) / spread;
  return mean === 0 ? 0 : slope / mean;
};
