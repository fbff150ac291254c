/**
 * Where the commands get their answers from: the one place that knows who computes them.
 *
 * @module
 */
import type { Connection, ConnectionDifference, Finding } from '@firsthop/analysis';
import { type Decision, evaluate, type NameAnswers, type Probe, type Verdict, type Worlds } from '@firsthop/policy';
import { UsageError } from './exit-codes.ts';

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

export interface Answer {
  readonly verdict: Verdict;
  readonly egress?: Decision;
  readonly ingress?: Decision;
}

export type Ask = (probe: Probe) => Answer;

export interface Engine {
  readonly connectivity: (worlds: Worlds, options: AnalysisOptions) => readonly Connection[];
  readonly differences: (before: Worlds, after: Worlds, options: AnalysisOptions) => readonly ConnectionDifference[];
  readonly findings: (worlds: Worlds) => readonly Finding[];
  readonly ask: (worlds: Worlds, options: AnalysisOptions) => Ask;
}

const notBuilt = (): never => {
  throw new UsageError('not built');
};

export const engine: Engine = {
  connectivity: notBuilt,
  differences: notBuilt,
  findings: notBuilt,
  ask: (worlds, { ipBlocks, at, names }) => (probe) => evaluate(worlds, probe, { ipBlocks, ...(at === undefined ? {} : { at }), ...(names === undefined ? {} : { names }) }),
};
