/**
 * The kernel through the language of `nft`, whoever runs it: text in, text out.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type NftState, parseListing, TABLE, type TableFamily, type TableState } from '@firsthop/ruleset';
import type { Applied, Count, KernelPort } from './kernel-port.ts';

export interface NftAnswer {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs `nft` with these arguments and this standard input. */
export type NftRunner = (args: readonly string[], input?: string) => Promise<NftAnswer>;

const FAMILIES: readonly TableFamily[] = ['inet', 'bridge'];

/** `checker`: asked where a fault is, when `nft` says only that there is one. It changes nothing (`nft -c`). */
export const nftPort = (nft: NftRunner, checker?: NftRunner): KernelPort => ({
  apply: async (lines): Promise<Result<Applied, string>> => {
    const text = `${lines.join('\n')}\n`;
    const { code, error } = await nft(['-f', '-'], text);
    if (code === 0) return ok({ isAlone: false });
    const checked = isPlaced(error) ? undefined : await checker?.(['-c', '-f', '-'], text);
    return fail(explain(checked !== undefined && isPlaced(checked.error) ? checked.error : error, lines));
  },
  read: async (): Promise<NftState> => {
    const tables = await Promise.all(FAMILIES.map(async (family): Promise<[TableFamily, TableState | undefined]> => [family, await readTable(nft, family)]));
    return new Map(tables.flatMap(([family, table]): [TableFamily, TableState][] => (table === undefined ? [] : [[family, table]])));
  },
  counters: async (): Promise<ReadonlyMap<string, Count>> => {
    const { code, out, error } = await nft(['list', 'counters', 'table', 'inet', TABLE]);
    if (code !== 0) throw new Error(`nft cannot list our counters: ${error.trim()}`);
    return new Map([...out.matchAll(/counter (\S+) \{\s*packets (\d+) bytes (\d+)/g)].map(([, name = '', packets, bytes]) => [name, { packets: Number(packets), bytes: Number(bytes) }]));
  },
});

/** Undefined: there is no such table. */
export const readTable = async (nft: NftRunner, family: TableFamily): Promise<TableState | undefined> => {
  const { code, out, error } = await nft(['-s', '-p', 'list', 'table', family, TABLE]);
  if (code === 0) return parseListing(out);
  if (/No such file or directory/.test(error)) return undefined;
  throw new Error(`nft cannot list our table: ${error.trim()}`);
};

const placeOf = (error: string): string | undefined => /:(\d+):\d+/.exec(error)?.[1];
const isPlaced = (error: string): boolean => placeOf(error) !== undefined;

/** nft names a line; we show what stands there. */
const explain = (error: string, lines: readonly string[]): string => {
  const line = placeOf(error);
  const text = line === undefined ? undefined : lines[Number(line) - 1];
  return `${error.trim().split('\n')[0] ?? 'nft failed'}${text === undefined ? '' : ` in "${text.slice(0, 300)}"`}`;
};
