/**
 * `firsthop reach`: whom an intruder at one workload may come to, step by step.
 *
 * @module
 */
import { reachFrom } from '@firsthop/analysis';
import { engine } from '../engine.ts';
import { UsageError } from '../exit-codes.ts';
import { worldsOf } from '../input.ts';
import { renderColumns } from '../render/table.ts';
import { print, printJson } from '../terminal.ts';
import { type AnalysisFlags, analysisOptions, loadOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';

export interface ReachFlags extends AnalysisFlags {
  readonly hops?: string;
}

const hopsOf = (text: string | undefined): number => {
  const hops = text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  if (text !== undefined && !/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--hops is a whole number from 1, not ${text}`);
  return hops;
};

const partyOf = (start: string, names: Iterable<string>): string => {
  const found = [...new Set(names)].find((name) => name === start || name.replace(/\[[^\]]*\]$/, '') === start);
  if (found === undefined) throw new UsageError(`nothing goes out from ${start}: it is not in the input, or policy closes all of its egress`);
  return found;
};

export const reach = (start: string, flags: ReachFlags): number => {
  const format = formatOf(flags.output, ['table', 'json']);
  const [asked, hops] = [analysisOptions(flags), hopsOf(flags.hops)];
  const { loaded, stop, code } = soundInput(flags.file, flags.keepGoing, loadOptions(flags));
  if (stop) return code;
  const connections = engine.connectivity(worldsOf(loaded), asked);
  const from = partyOf(start, connections.map((one) => one.from));
  const reached = reachFrom(connections, from, { hops });
  if (format === 'json') printJson({ from, reached });
  else print(renderColumns({ head: ['hops', 'reached', 'from', 'connections'], rows: reached.map(({ party, hops: far, via, allowed }) => [String(far), party, via, allowed]) }));
  return code;
};
