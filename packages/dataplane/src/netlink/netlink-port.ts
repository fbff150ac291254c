/**
 * The real kernel: elements, judging chains, counters and the generation by netlink, which takes microseconds; structure in the words of nft by
 * its library or program.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { KernelError, NfTables, objectType, packetsUnderWay } from '@firsthop/netlink';
import { type NftState, TABLE, type TableFamily, type TableState } from '@firsthop/ruleset';
import type { Applied, Count, KernelPort } from '../kernel-port.ts';
import { openNftLibrary } from '../nft-library.ts';
import { nftPort, type NftRunner, readTable } from '../nft-port.ts';
import { nftProgram } from '../nft-program-port.ts';
import type { Operation } from './line-operations.ts';
import { hasRegisters, readRegisters } from './read-registers.ts';
import { RuleTexts } from './rule-texts.ts';
import { SetCodecs } from './set-codecs.ts';
import { splitLines } from './split-lines.ts';

export interface NetlinkPortOptions {
  /** `ip netns` name; undefined = the namespace we run in. */
  readonly netns?: string;
}

/** More elements than this take the kernel so long that the event loop had better go on meanwhile. */
const manyElements = 2_000;

/** The library of nft where it is installed, its program elsewhere. */
const openNft = (netns: string | undefined, namespace: string | undefined): { readonly run: NftRunner; readonly port: KernelPort; readonly close: () => void } => {
  const program = nftProgram(netns === undefined ? {} : { netns });
  try {
    const { run, close } = openNftLibrary(namespace);
    // Of a text that it refuses, the library does not say which line it was.
    return { run, port: nftPort(run, program), close: () => void close() };
  } catch {
    return { run: program, port: nftPort(program), close: () => undefined };
  }
};

class Kernel {
  readonly #structure: ReturnType<typeof openNft>;
  readonly #nft: NfTables;
  readonly #codecs = new SetCodecs();
  readonly #texts = new RuleTexts();

  constructor(netns: string | undefined) {
    const namespace = netns === undefined ? undefined : `/run/netns/${netns}`;
    this.#nft = new NfTables(namespace === undefined ? {} : { namespace });
    this.#structure = openNft(netns, namespace);
  }

  async apply(lines: readonly string[]): Promise<Result<Applied, string>> {
    let applied: Applied = { isAlone: true };
    for (const part of splitLines(lines, this.#codecs.of, (declarations) => this.#codecs.learn(declarations))) {
      const done = part.by === 'netlink' ? await this.#write(part.operations) : await this.#structure.port.apply(part.lines);
      if (!done.ok) return done;
      if (part.by === 'nft') this.#codecs.learn(part.lines);
      applied = applied.isAlone ? done.value : { isAlone: false };
    }
    return ok(applied);
  }

  async read(expected?: NftState): Promise<NftState> {
    const tables: [TableFamily, TableState][] = [];
    // The library reads on its thread while we read here.
    const listed = (family: TableFamily): Promise<TableState | undefined> => readTable(this.#structure.run, family);
    const inet = async (): Promise<TableState | undefined> => (hasRegisters(this.#nft) ? this.#readRegisters(expected) : listed('inet'));
    const [bridgeTable, inetTable] = await Promise.all([listed('bridge'), inet()]);
    for (const [family, table] of [['inet', inetTable], ['bridge', bridgeTable]] as const) {
      if (table === undefined) continue;
      for (const [name, map] of table.maps) this.#codecs.put(family, name, map);
      tables.push([family, table]);
    }
    return new Map(tables);
  }

  #readRegisters(expected: NftState | undefined): TableState {
    if (expected !== undefined) this.#texts.expect(expected);
    return readRegisters(this.#nft, this.#texts, this.#codecs);
  }

  counters(): Promise<ReadonlyMap<string, Count>> {
    return Promise.resolve(new Map(this.#nft.objects('inet', { table: TABLE, type: objectType.counter }).map(({ name = '', data }): [string, Count] => [name, countOf(data)])));
  }

  /** Of a map that is not there: nothing. */
  elementCounts(map: string, family: TableFamily = 'inet'): Promise<ReadonlyMap<string, Count>> {
    const codec = this.#codecs.of(family, map);
    const elements = codec === undefined ? [] : this.#elementsOf(map, family);
    return Promise.resolve(new Map(elements.map((element): [string, Count] => [codec?.read([element])[0]?.[0] ?? '', countOf(element.expression?.name === 'counter' ? element.expression.values : undefined)])));
  }

  #elementsOf(map: string, family: TableFamily): ReturnType<NfTables['elements']> {
    try {
      return this.#nft.elements(family, { table: TABLE, set: map });
    } catch (error) {
      if (error instanceof KernelError) return [];
      throw error;
    }
  }

  generation(): number | undefined {
    return this.#nft.generation().id;
  }

  close(): void {
    this.#nft.close();
    this.#structure.close();
  }

  async #write(operations: readonly Operation[]): Promise<Result<Applied, string>> {
    const before = this.#nft.generation().id;
    const fill = (batch: Parameters<Operation['fill']>[0]): void => {
      for (const { family, fill: one } of operations) one(batch.in(family));
    };
    try {
      const weight = operations.reduce((sum, one) => sum + one.weight, 0);
      if (weight < manyElements) this.#nft.change('inet', fill);
      else await this.#nft.changeInBackground('inet', fill);
    } catch (error) {
      if (error instanceof KernelError) return fail(`the kernel refused the elements: ${error.message}`);
      throw error;
    }
    const isAlone = before !== undefined && this.#nft.generation().id === before + 1;
    return ok(isAlone ? { isAlone, generation: before + 1 } : { isAlone });
  }
}

const countOf = (values: { readonly packets?: bigint | undefined; readonly bytes?: bigint | undefined } | undefined): Count => ({ packets: Number(values?.packets ?? 0n), bytes: Number(values?.bytes ?? 0n) });

/** Throws where there is no netlink, or it is not for us: the nft program may still be there. */
export const netlinkPort = ({ netns }: NetlinkPortOptions): Required<KernelPort> => {
  const kernel = new Kernel(netns);
  return {
    apply: (lines) => kernel.apply(lines),
    read: (expected) => kernel.read(expected),
    counters: () => kernel.counters(),
    elementCounts: (map, family) => kernel.elementCounts(map, family),
    generation: () => kernel.generation(),
    settled: packetsUnderWay,
    close: () => kernel.close(),
  };
};
