/**
 * `firsthop explain`: why one connection is allowed or not.
 *
 * @module
 */
import { UsageError } from '../exit-codes.ts';
import { parseIcmpOrPort } from '../explain/parse-port.ts';
import { renderExplanation } from '../render/explanation.ts';
import { print, printJson } from '../terminal.ts';
import { verifyProbes } from '../verify/index.ts';
import { type AnalysisFlags, analysisOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';
import { familyOption } from './verify.ts';

export type ExplainOptions = AnalysisFlags;

export interface ExplainedConnection {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

/** An address needs no braces here. */
const partyOf = (text: string): unknown => (text.startsWith('service:') ? { service: text.slice('service:'.length) } : /^[\d.]+$|^[\da-f]*:[\da-f:.]+$/i.test(text) ? { ip: text } : text);

export const explain = ({ from, to, port }: ExplainedConnection, options: ExplainOptions): number => {
  const format = formatOf(options.output, ['table', 'json']);
  const { ipBlocks, at } = analysisOptions(options);
  const { loaded, stop, code } = soundInput(options.file, options.keepGoing);
  if (stop) return code;
  const family = familyOption(options.family);
  const probe = { id: 'explain', from: partyOf(from), to: partyOf(to), ...parseIcmpOrPort(port) };
  const { results: [result], errors: [error] } = verifyProbes({ loaded, probes: { probes: [probe] }, ipBlocks, ...(family === undefined ? {} : { family }), ...(at === undefined ? {} : { at }) });
  if (error !== undefined || result === undefined) throw new UsageError(`${error?.path.replace(/^probes\[0\]\.?/, '') ?? ''}: ${error?.message ?? 'nothing to explain'}`);
  if (format === 'json') printJson(result);
  else print(renderExplanation({ from, to, port }, result));
  return code;
};
