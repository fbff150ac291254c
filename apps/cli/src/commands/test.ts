/**
 * `firsthop test`: policies held to assertions.
 *
 * @module
 */
import type { Family } from '@firsthop/netaddr';
import { bordersOf } from '../assertions/borders.ts';
import { checkAssertions } from '../assertions/check-assertions.ts';
import { parseAssertions } from '../assertions/parse-assertions.ts';
import { engine } from '../engine.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { readTextFile, worldsOf } from '../input.ts';
import { assertionsJson, renderAssertions } from '../render/assertions.ts';
import { print, printJson, say } from '../terminal.ts';
import { terminalProgress } from '../terminal/progress.ts';
import { type AnalysisFlags, analysisOptions, loadOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';

export interface TestOptions extends AnalysisFlags {
  readonly assert: string;
}

/** IPv4 unless something else is asked for: every pod has an address of it. */
const familiesOf = (family: string | undefined): readonly Family[] => (family === 'dual' ? [4, 6] : [family === '6' ? 6 : 4]);

export const test = (options: TestOptions): number => {
  const format = formatOf(options.output, ['table', 'json', 'junit']);
  const asked = analysisOptions(options);
  const { assertions, faults } = parseAssertions(readTextFile(options.assert, 'assertions'));
  const { loaded, stop, code } = soundInput(options.file, options.keepGoing, loadOptions(options));
  for (const { line, column, message } of faults) say(`error: ${options.assert}:${line}:${column} ${message}`);
  if (assertions.length === 0 && faults.length === 0) throw new UsageError(`there is no assertion in ${options.assert}: a test that tests nothing would always pass`);
  // A file of which a part is not read would pass for what it does not say.
  if (stop || faults.length > 0) return exitCodes.usage;
  const worlds = worldsOf(loaded);
  const progress = terminalProgress();
  const results = checkAssertions(assertions, { worlds, ask: engine.ask(worlds, asked), borders: bordersOf(worlds, asked.names), families: familiesOf(asked.family), onProgress: progress.update });
  progress.end();
  if (format === 'json') printJson(assertionsJson(options.assert, results));
  else print(renderAssertions(format, options.assert, results));
  if (code !== exitCodes.ok) return code;
  return results.every(({ passed }) => passed) ? exitCodes.ok : exitCodes.found;
};
