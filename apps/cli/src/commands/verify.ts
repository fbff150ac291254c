/**
 * `firsthop verify`: manifests and probes in, verdicts out. No cluster, no root.
 *
 * @module
 */
import { exitCodes, UsageError } from '../exit-codes.ts';
import { printFaults } from '../faults.ts';
import { readManifests, readProbes } from '../input.ts';
import { print, printJson } from '../terminal.ts';
import { renderResults, verifyProbes } from '../verify/index.ts';
import { atOption, ipBlocksOption, loadOptions } from './analysis-options.ts';

export interface VerifyOptions {
  readonly file: readonly string[];
  readonly probes: string;
  readonly output: string;
  readonly ipBlocks: string;
  readonly hostNetwork?: string;
  readonly family?: string;
  readonly at?: string;
  readonly keepGoing?: boolean;
}

export const familyOption = (text: string | undefined): 4 | 6 | undefined => {
  if (text === undefined || text === 'dual') return undefined;
  if (text === '4' || text === '6') return text === '4' ? 4 : 6;
  throw new UsageError(`--family is 4, 6 or dual, not ${text}`);
};

export const verify = (options: VerifyOptions): number => {
  const loaded = readManifests(options.file, loadOptions(options));
  const family = familyOption(options.family);
  const at = atOption(options.at);
  const report = verifyProbes({ loaded, probes: readProbes(options.probes), ipBlocks: ipBlocksOption(options.ipBlocks), file: options.probes, ...(family === undefined ? {} : { family }), ...(at === undefined ? {} : { at }) });
  const errors = [...loaded.errors, ...report.errors];
  const warnings = [...loaded.warnings, ...report.warnings];
  const stop = errors.length > 0 && options.keepGoing !== true;
  const results = stop ? [] : report.results;
  if (options.output === 'json') printJson({ results, warnings, errors });
  else if (results.length > 0) print(renderResults(results));
  printFaults(errors, warnings);
  return errors.length > 0 ? exitCodes.usage : exitCodes.ok;
};
