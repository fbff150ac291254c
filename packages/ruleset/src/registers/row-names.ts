/**
 * Rows by all that they do. A row's id says which decisions it leads to, and a decision may change its verdict and keep its id.
 *
 * @module
 */
import type { ClassTables, Decision, DecisionId, Row, RowId } from '@firsthop/classifier';
import type { Name } from './numbers.ts';

const decisionsOf = ({ protocols, rest }: Row): DecisionId[] => [...[...protocols.values()].flatMap((steps) => steps.map(({ decision }) => decision)), rest];

/** Verdict, and whether it is told. */
const sayingOf = (decision: Decision | undefined): string => (decision === undefined ? '?' : `${decision.verdict[0]}${decision.log ? '!' : ''}`);

export const rowNames = ({ rows, decisions }: Pick<ClassTables, 'rows' | 'decisions'>): ReadonlyMap<RowId, Name> =>
  new Map([...rows].map(([id, row]) => [id, `${id}${[...new Set(decisionsOf(row))].map((decision) => sayingOf(decisions.get(decision))).join('')}`]));
