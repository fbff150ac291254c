/**
 * Where the commands get their answers from: the one place that knows who computes them.
 *
 * @module
 */
import { type Connection, type ConnectionDifference, connectivity, type ConnectivityOptions, differences, type Finding, findings, Verdicts } from '@firsthop/analysis';
import type { Evaluation, NameAnswers, Probe, Worlds } from '@firsthop/policy';

export interface AnalysisOptions {
  readonly ipBlocks: 'all' | 'external';
  readonly family: '4' | '6' | 'dual' | undefined;
  readonly focus?: string;
  readonly explain?: boolean;
  /** Milliseconds since 1970. */
  readonly at?: number;
  readonly names?: NameAnswers;
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

export type Answer = Evaluation;
export type Ask = (probe: Probe) => Answer;

export interface Engine {
  readonly connectivity: (worlds: Worlds, options: AnalysisOptions) => readonly Connection[];
  readonly differences: (before: Worlds, after: Worlds, options: AnalysisOptions) => readonly ConnectionDifference[];
  readonly findings: (worlds: Worlds) => readonly Finding[];
  readonly ask: (worlds: Worlds, options: AnalysisOptions) => Ask;
}

const asked = ({ family, onProgress, ...rest }: AnalysisOptions): ConnectivityOptions => ({
  ...rest,
  ...(family === undefined ? {} : { family }),
  ...(onProgress === undefined ? {} : { onProgress: (done, total) => onProgress('workloads', done, total) }),
});

export const engine: Engine = {
  connectivity: (worlds, options) => connectivity(worlds, asked(options)),
  differences: (before, after, options) => differences(before, after, asked(options)),
  findings: (worlds) => findings(worlds),
  ask: (worlds, options) => {
    const verdicts = new Verdicts(worlds, asked(options));
    return (probe) => verdicts.judge(probe);
  },
};
