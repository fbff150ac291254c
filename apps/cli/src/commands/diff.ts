/**
 * `firsthop diff`: what a change of manifests does to connectivity.
 *
 * @module
 */
import { engine } from '../engine.ts';
import { exitCodes } from '../exit-codes.ts';
import { worldsOf } from '../input.ts';
import { differencesJson, type DifferenceFormat, differenceFormats, differencesSarif, renderDifferences } from '../render/differences.ts';
import { print, printJson } from '../terminal.ts';
import { terminalProgress } from '../terminal/progress.ts';
import { type AnalysisFlags, analysisOptions, loadOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';
import { ownVersion } from './version.ts';

export interface DiffOptions extends AnalysisFlags {
  readonly to: readonly string[];
}

export const diff = (options: DiffOptions): number => {
  const format = formatOf<DifferenceFormat | 'json' | 'sarif'>(options.output, ['json', 'sarif', ...differenceFormats]);
  const asked = analysisOptions(options);
  const before = soundInput(options.file, options.keepGoing, loadOptions(options));
  const after = soundInput(options.to, options.keepGoing, loadOptions(options));
  const stop = before.stop || after.stop;
  const progress = terminalProgress();
  const found = stop ? [] : engine.differences(worldsOf(before.loaded), worldsOf(after.loaded), { ...asked, onProgress: progress.update });
  progress.end();
  const errors = [...before.loaded.errors, ...after.loaded.errors];
  if (format === 'json') printJson({ ...differencesJson(found), ...(errors.length === 0 ? {} : { errors }) });
  else if (format === 'sarif') printJson(differencesSarif(ownVersion(), found, options.to[0] ?? '.'));
  else if (!stop) print(renderDifferences(format, found));
  if (errors.length > 0) return exitCodes.usage;
  return found.length > 0 ? exitCodes.found : exitCodes.ok;
};
