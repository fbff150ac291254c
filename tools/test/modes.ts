/**
 * How much is run: what everybody runs, everything that chance may still find, or the latter again and again.
 *
 * @module
 */
import { type Group, groups, totalBudgetSeconds } from './groups.ts';

export interface Mode {
  readonly name: 'usual' | 'full' | 'soak';
  /** What the tests themselves are told. */
  readonly environment: Readonly<Record<string, string>>;
  /** With the budgets of this mode. */
  readonly groups: readonly Group[];
  readonly totalBudgetSeconds: number;
  /** Rounds begin until so much time is over, each with another seed. Undefined: one round. */
  readonly repeatForSeconds?: number;
}

/** Larger samples; their tests know these names. */
const thorough = { FIRSTHOP_FULL: '1', FIRSTHOP_NIGHTLY: '1' };
const fullGroups = groups.flatMap((group): Group[] => (group.fullBudgetSeconds === undefined ? [] : [{ ...group, run: group.fullRun ?? group.run, budgetSeconds: group.fullBudgetSeconds }]));
const fullBudgetSeconds = fullGroups.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0);

const usual: Mode = { name: 'usual', environment: {}, groups, totalBudgetSeconds };
const full: Mode = { name: 'full', environment: thorough, groups: fullGroups, totalBudgetSeconds: fullBudgetSeconds };

/** `minutes`: after which no further round begins. A round has other samples than the last one, and the usual number of texts. */
const soak = (minutes: number): Mode => ({ ...full, name: 'soak', environment: { FIRSTHOP_FULL: '1' }, repeatForSeconds: minutes * 60, totalBudgetSeconds: minutes * 60 + fullBudgetSeconds });

const DEFAULT_SOAK_MINUTES = 60;

/** From the arguments of the command; what is left of them are names of groups. */
export const modeOf = (args: readonly string[], minutes: string | undefined): { readonly mode: Mode; readonly wanted: readonly string[] } => {
  const wanted = args.filter((arg) => arg !== '--full' && arg !== '--soak');
  if (args.includes('--soak')) return { mode: soak(Number(minutes ?? DEFAULT_SOAK_MINUTES)), wanted };
  return { mode: args.includes('--full') ? full : usual, wanted };
};
