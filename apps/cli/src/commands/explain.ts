/**
 * `firsthop explain`: why one connection is allowed or not.
 *
 * @module
 */
import { type EvaluationOptions, ladder } from '@firsthop/policy';
import { UsageError } from '../exit-codes.ts';
import { parseIcmpOrPort } from '../explain/parse-port.ts';
import { type LoadedInput, worldsOf } from '../input.ts';
import { type Explanation, renderExplanation } from '../render/explanation.ts';
import { print, printJson } from '../terminal.ts';
import { type ProbeError, probeOf, readAnswers, resolveProbe, verifyProbes } from '../verify/index.ts';
import { type AnalysisFlags, analysisOptions, loadOptions } from './analysis-options.ts';
import { formatOf } from './format-of.ts';
import { soundInput } from './sound-input.ts';
import { familyOption } from './verify.ts';

export interface ExplainOptions extends AnalysisFlags {
  readonly answer?: readonly string[];
}

export interface ExplainedConnection {
  readonly from: string;
  readonly to: string;
  readonly port: string;
}

/** An address needs no braces here. */
const partyOf = (text: string): unknown => (text.startsWith('service:') ? { service: text.slice('service:'.length) } : /^[\d.]+$|^[\da-f]*:[\da-f:.]+$/i.test(text) ? { ip: text } : text);

/** `api.example.com=203.0.113.7,203.0.113.8`. What is said of one name twice is said together. */
const answersOf = (written: readonly string[]): Record<string, string[]> => {
  const answers = new Map<string, string[]>();
  for (const one of written) {
    const at = one.indexOf('=');
    if (at < 1) throw new UsageError(`--answer ${one}: a name and its addresses are expected, as in api.example.com=203.0.113.7`);
    const name = one.slice(0, at);
    answers.set(name, [...(answers.get(name) ?? []), ...one.slice(at + 1).split(',').filter((address) => address !== '')]);
  }
  return Object.fromEntries(answers);
};

const refuse = (error: ProbeError | undefined): never => {
  throw new UsageError(`${error?.path.replace(/^probes\[0\]\.?/, '').replace(/^answers/, '--answer') ?? ''}: ${error?.message ?? 'nothing to explain'}`);
};

const explainIn = (loaded: Omit<LoadedInput, 'documents'>, asking: object, answers: Record<string, string[]>, family: 4 | 6 | undefined, options: EvaluationOptions): Explanation => {
  const { ipBlocks = 'all', at } = options;
  const { results: [result], errors: [error] } = verifyProbes({ loaded, probes: { probes: [asking], answers }, ipBlocks, ...(family === undefined ? {} : { family }), ...(at === undefined ? {} : { at }) });
  const resolved = resolveProbe(loaded, asking, family);
  if (error !== undefined || result === undefined || !resolved.ok) return refuse(error);
  const worlds = worldsOf(loaded);
  const asked = probeOf(resolved.value);
  const given = { ...options, names: readAnswers(answers).names };
  return { result, egress: ladder(worlds, asked, 'egress', given), ingress: ladder(worlds, asked, 'ingress', given), withClusters: worlds.size > 1 };
};

export const explain = (asked: ExplainedConnection, flags: ExplainOptions): number => {
  const format = formatOf(flags.output, ['table', 'json']);
  const { ipBlocks, at } = analysisOptions(flags);
  const probe = { id: 'explain', from: partyOf(asked.from), to: partyOf(asked.to), ...parseIcmpOrPort(asked.port) };
  const { loaded, stop, code } = soundInput(flags.file, flags.keepGoing, loadOptions(flags));
  if (stop) return code;
  const explanation = explainIn(loaded, probe, answersOf(flags.answer ?? []), familyOption(flags.family), { ipBlocks, ...(at === undefined ? {} : { at }) });
  const { result, egress, ingress } = explanation;
  if (format === 'json') printJson({ ...result, ladders: { ...(egress === undefined ? {} : { egress: egress.steps }), ...(ingress === undefined ? {} : { ingress: ingress.steps }) } });
  else print(renderExplanation(asked, explanation));
  return code;
};
