/**
 * The real kernel: elements, counters and the generation by netlink, which takes microseconds; structure, and whatever is not encoded
 * here, by nft's library or program.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { KernelError, NfTables, objectType } from '@firsthop/netlink';
import { TABLE, type TableFamily } from '@firsthop/ruleset';
import type { Applied, Count, KernelPort } from '../kernel-port.ts';
import { openNftLibrary } from '../nft-library.ts';
import { nftPort } from '../nft-port.ts';
import { nftProgram, nftProgramPort } from '../nft-program-port.ts';
import { keyBytes, verdictOf } from './element-bytes.ts';
import { type ElementLine, elementLines } from './element-lines.ts';

export interface NetlinkPortOptions {
  /** `ip netns` name; undefined = the namespace we run in. */
  readonly netns?: string;
}

type Elements = Parameters<Parameters<Parameters<NfTables['change']>[1]>[0]['addElements']>[0];
type Element = NonNullable<Elements['elements']>[number];

interface Change {
  readonly op: ElementLine['op'];
  readonly family: TableFamily;
  readonly values: Elements;
}

const declared = new RegExp(`^add (?:set|map) (inet|bridge) ${TABLE} (\\S+) \\{ (?:type )?(.+?); (flags interval; )?\\}$`);

/** What the keys of each set are, as somebody declared it. A set with intervals, or of an expression's type, is not in it. */
class KeyTypes {
  readonly #types = new Map<string, string>();

  of(family: TableFamily, set: string): string | undefined {
    return this.#types.get(`${family} ${set}`);
  }

  put(family: TableFamily, set: string, type: string, isInterval: boolean): void {
    const key = `${family} ${set}`;
    if (isInterval || type.startsWith('typeof ')) this.#types.delete(key);
    else this.#types.set(key, type.replace(/ : verdict$/, ''));
  }

  learn(lines: readonly string[]): void {
    for (const line of lines) {
      const [, family, set, type, interval] = declared.exec(line) ?? [];
      if (set !== undefined && type !== undefined) this.put(family as TableFamily, set, type, interval !== undefined);
    }
  }
}

const elementOf = (type: string, op: ElementLine['op'], [key, value]: readonly [string, string]): Element | undefined => {
  const bytes = keyBytes(type, key);
  const verdict = value === '' ? undefined : verdictOf(value);
  if (bytes === undefined || (value !== '' && verdict === undefined)) return undefined;
  return op === 'delete' || verdict === undefined ? { key: { value: bytes } } : { key: { value: bytes }, data: { verdict } };
};

const changeOf = ({ op, family, set, elements }: ElementLine, types: KeyTypes): Change | undefined => {
  const type = types.of(family, set);
  const encoded = type === undefined ? [] : elements.flatMap((one) => elementOf(type, op, one) ?? []);
  return encoded.length === elements.length ? { op, family, values: { table: TABLE, set, elements: encoded } } : undefined;
};

/** Undefined: this is not for netlink. One transaction has one family. */
const changesOf = (lines: readonly string[], types: KeyTypes): readonly Change[] | undefined => {
  const changes = elementLines(lines)?.map((line) => changeOf(line, types)) ?? [];
  const found = changes.flatMap((one) => one ?? []);
  return found.length > 0 && found.length === changes.length && found.every(({ family }) => family === found[0]?.family) ? found : undefined;
};

/** The library of nft where it is installed, its program elsewhere. */
const structurePort = (netns: string | undefined, namespace: string | undefined): { readonly port: KernelPort; readonly close: () => void } => {
  const options = netns === undefined ? {} : { netns };
  try {
    const { run, close } = openNftLibrary(namespace);
    // Of a text that it refuses, the library does not say which line it was.
    return { port: nftPort(run, nftProgram(options)), close: () => void close() };
  } catch {
    return { port: nftProgramPort(options), close: () => undefined };
  }
};

/** Throws where there is no netlink, or it is not for us: the nft program may still be there. */
export const netlinkPort = ({ netns }: NetlinkPortOptions): KernelPort => {
  const namespace = netns === undefined ? undefined : `/run/netns/${netns}`;
  const { port: program, close } = structurePort(netns, namespace);
  const types = new KeyTypes();
  const nft = new NfTables(namespace === undefined ? {} : { namespace });

  const write = (changes: readonly Change[], family: TableFamily): Result<Applied, string> => {
    const before = nft.generation().id;
    try {
      nft.change(family, (batch) => {
        for (const { op, values } of changes) if (op === 'add') batch.addElements(values); else batch.deleteElements(values);
      });
    } catch (error) {
      if (error instanceof KernelError) return fail(`the kernel refused the elements: ${error.message}`);
      throw error;
    }
    const isAlone = before !== undefined && nft.generation().id === before + 1;
    return ok(isAlone ? { isAlone, generation: before + 1 } : { isAlone });
  };

  return {
    apply: async (lines): Promise<Result<Applied, string>> => {
      const changes = changesOf(lines, types);
      const [first] = changes ?? [];
      if (changes !== undefined && first !== undefined) return write(changes, first.family);
      const applied = await program.apply(lines);
      if (applied.ok) types.learn(lines);
      return applied;
    },
    read: async () => {
      const state = await program.read();
      for (const [family, { maps }] of state) for (const [name, { type, interval }] of maps) types.put(family, name, type, interval);
      return state;
    },
    counters: () => Promise.resolve(new Map(nft.objects('inet', { table: TABLE, type: objectType.counter }).map(({ name = '', data }): [string, Count] => [name, { packets: Number(data?.packets ?? 0n), bytes: Number(data?.bytes ?? 0n) }]))),
    generation: () => nft.generation().id,
    close: () => {
      nft.close();
      close();
    },
  };
};
