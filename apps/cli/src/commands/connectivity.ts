/**
 * `firsthop connectivity`: who may talk to whom, from manifests alone.
 *
 * @module
 */
import { engine } from '../engine.ts';
import { worldsOf } from '../input.ts';
import { type ConnectionFormat, connectionFormats, renderConnections, sortConnections } from '../render/connections.ts';
import { print, printJson } from '../terminal.ts';
import { terminalProgress } from '../terminal/progress.ts';
import { type AnalysisFlags, analysisOptions, loadOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';

export interface ConnectivityOptions extends AnalysisFlags {
  readonly focus?: string;
  readonly explain?: boolean;
}

export const connectivity = (options: ConnectivityOptions): number => {
  const { focus, explain } = options;
  const format = formatOf<ConnectionFormat | 'json'>(options.output, ['json', ...connectionFormats]);
  const asked = { ...analysisOptions(options), ...(focus === undefined ? {} : { focus }), ...(explain === undefined ? {} : { explain }) };
  const { loaded, stop, code } = soundInput(options.file, options.keepGoing, loadOptions(options));
  const progress = terminalProgress();
  const found = stop ? [] : engine.connectivity(worldsOf(loaded), { ...asked, onProgress: progress.update });
  progress.end();
  if (format === 'json') printJson({ connections: sortConnections(found), ...(loaded.errors.length === 0 ? {} : { errors: loaded.errors }) });
  else if (!stop) print(renderConnections(format, found));
  return code;
};
