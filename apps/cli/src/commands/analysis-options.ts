/**
 * Options of the analysing commands, from words to values.
 *
 * @module
 */
import type { LoadOptions } from '@firsthop/manifest';
import type { AnalysisOptions } from '../engine.ts';
import { UsageError } from '../exit-codes.ts';

export interface AnalysisFlags {
  readonly file: readonly string[];
  readonly output: string;
  readonly ipBlocks: string;
  readonly hostNetwork?: string;
  readonly family?: string;
  readonly at?: string;
  readonly keepGoing?: boolean;
}

export const ipBlocksOption = (text: string): 'all' | 'external' => {
  if (text === 'all' || text === 'external') return text;
  throw new UsageError(`--ip-blocks is all or external, not ${text}`);
};

const family = (text: string | undefined): AnalysisOptions['family'] => {
  if (text === undefined || text === '4' || text === '6' || text === 'dual') return text;
  throw new UsageError(`--family is 4, 6 or dual, not ${text}`);
};

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970. A time without its zone would be another one on another machine. */
export const atOption = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const time = moment.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`--at is a time with its zone, such as 2027-01-01T08:00:00Z, not "${text}"`);
  return time;
};

/** Who leaves pods out of ipBlocks knows no nodes either, unless told otherwise. */
export const loadOptions = ({ hostNetwork, ipBlocks }: Pick<AnalysisFlags, 'hostNetwork' | 'ipBlocks'>): LoadOptions => {
  if (hostNetwork !== undefined && hostNetwork !== 'host' && hostNetwork !== 'pods') throw new UsageError(`--host-network is host or pods, not ${hostNetwork}`);
  return { hostNetwork: hostNetwork ?? (ipBlocks === 'external' ? 'pods' : 'host') };
};

export const analysisOptions = (flags: AnalysisFlags): AnalysisOptions => {
  const at = atOption(flags.at);
  return { ipBlocks: ipBlocksOption(flags.ipBlocks), family: family(flags.family), ...(at === undefined ? {} : { at }) };
};
