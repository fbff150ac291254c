/**
 * The kernel through the language of `nft`, whoever runs it: text in, text out.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type NftState, parseListing, TABLE, type TableFamily } from '@firsthop/ruleset';
import type { Applied, Count, KernelPort } from './kernel-port.ts';

export interface NftAnswer {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs `nft` with these arguments and this standard input. */
export type NftRunner = (args: readonly string[], input?: string) => Promise<NftAnswer>;

const FAMILIES: readonly TableFamily[] = ['inet', 'bridge'];

export const nftPort = (nft: NftRunner): KernelPort => ({
  apply: async (lines): Promise<Result<Applied, string>> => {
    const { code, error } = await nft(['-f', '-'], `${lines.join('\n')}\n`);
    return code === 0 ? ok({ isAlone: false }) : fail(explain(error, lines));
  },
  read: async (): Promise<NftState> => {
    const tables = await Promise.all(FAMILIES.map(async (family) => ({ family, answer: await nft(['-s', '-p', 'list', 'table', family, TABLE]) })));
    const unreadable = tables.find(({ answer }) => answer.code !== 0 && !/No such file or directory/.test(answer.error));
    if (unreadable !== undefined) throw new Error(`nft cannot list our table: ${unreadable.answer.error.trim()}`);
    return new Map(tables.filter(({ answer }) => answer.code === 0).map(({ family, answer }) => [family, parseListing(answer.out)]));
  },
  counters: async (): Promise<ReadonlyMap<string, Count>> => {
    const { code, out, error } = await nft(['list', 'counters', 'table', 'inet', TABLE]);
    if (code !== 0) throw new Error(`nft cannot list our counters: ${error.trim()}`);
    return new Map([...out.matchAll(/counter (\S+) \{\s*packets (\d+) bytes (\d+)/g)].map(([, name = '', packets, bytes]) => [name, { packets: Number(packets), bytes: Number(bytes) }]));
  },
});

/** nft names a line; we show what stands there. */
const explain = (error: string, lines: readonly string[]): string => {
  const line = /:(\d+):\d+/.exec(error)?.[1];
  const text = line === undefined ? undefined : lines[Number(line) - 1];
  return `${error.trim().split('\n')[0] ?? 'nft failed'}${text === undefined ? '' : ` in "${text.slice(0, 300)}"`}`;
};
