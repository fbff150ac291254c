/**
 * The matrix walked: every path in both families with every protocol, under each regime, against what should become of it.
 *
 * @module
 */
import type { Family } from '@firsthop/netaddr';
import type { PathGround, Regime } from './path-ground.ts';
import { isPassable, type Path, type PathProtocol, paths, protocols } from './paths.ts';

export type Expected = 'allow' | 'drop' | 'reject';

export interface Cell {
  readonly path: Path;
  readonly family: Family;
  readonly protocol: PathProtocol;
  readonly verdict: string;
  readonly expected: Expected;
}

export const expectedOf = ({ egress, ingress }: Path, regime: Regime): Expected => {
  const isJudged = (regime.endsWith('by egress') ? egress : ingress) === 'judged';
  if (regime === 'allowed' || !isJudged) return 'allow';
  return regime.startsWith('refused') ? 'reject' : 'drop';
};

/** What is asked more than once is asked because nobody answered, on a machine that may be busy. */
export const walk = async (ground: PathGround, regime: Regime): Promise<Cell[]> => {
  const all = paths.flatMap((path) => ([4, 6] as const).flatMap((family) => protocols.filter((protocol) => isPassable(path, protocol)).map((protocol) => ({ path, family, protocol }))));
  return Promise.all(
    all.map(async ({ path, family, protocol }): Promise<Cell> => {
      const expected = expectedOf(path, regime);
      const first = await ground.send(path, family, protocol);
      const { verdict, arrived } = first.verdict === 'drop' && expected !== 'drop' ? await ground.send(path, family, protocol, 1500) : first;
      // Denied is what does not arrive, whatever its sender heard.
      return { path, family, protocol, verdict: expected !== 'allow' && arrived ? 'arrived' : verdict, expected };
    }),
  );
};

export const wrong = (cells: readonly Cell[]): string[] => cells.filter(({ verdict, expected }) => verdict !== expected).map(({ path, family, protocol, verdict, expected }) => `${path.name} IPv${family} ${protocol}: ${verdict}, not ${expected}`);

/** One line for each path: what decides it in each direction, and how many cells are as they should be. */
export const drawMatrix = (walks: ReadonlyMap<Regime, readonly Cell[]>): string =>
  paths
    .map((path) => {
      const counts = [...walks].map(([regime, cells]) => {
        const own = cells.filter((cell) => cell.path === path);
        return `${regime}: ${own.filter(({ verdict, expected }) => verdict === expected).length}/${own.length} ${[...new Set(own.map(({ expected }) => expected))].join(' or ')}`;
      });
      return `${path.name.padEnd(42)} out ${path.egress.padEnd(12)} in ${path.ingress.padEnd(12)} ${counts.join('  ')}`;
    })
    .join('\n');
