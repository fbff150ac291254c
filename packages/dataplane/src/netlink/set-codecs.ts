/**
 * How the elements of each set are written, as somebody declared it or as it was read.
 *
 * @module
 */
import { type NftMap, TABLE, type TableFamily } from '@firsthop/ruleset';
import { ElementCodec } from './element-codec.ts';

const declared = new RegExp(`^add (?:set|map) (inet|bridge) ${TABLE} (\\S+) \\{ (?:type )?(.+?); (flags interval; )?(?:size \\d+; )?(?:counter; )?\\}$`);

export class SetCodecs {
  readonly #codecs = new Map<string, ElementCodec>();

  /** Undefined: it is not known, or has a type that is not known here. */
  readonly of = (family: TableFamily, set: string): ElementCodec | undefined => this.#codecs.get(`${family} ${set}`);

  put(family: TableFamily, set: string, { type, interval }: Pick<NftMap, 'type' | 'interval'>): void {
    const codec = ElementCodec.of(type, interval);
    if (codec === undefined) this.#codecs.delete(`${family} ${set}`);
    else this.#codecs.set(`${family} ${set}`, codec);
  }

  /** From lines that declare sets. */
  learn(lines: readonly string[]): void {
    for (const line of lines) {
      const [, family, set, type, interval] = declared.exec(line) ?? [];
      if (set !== undefined && type !== undefined) this.put(family as TableFamily, set, { type, interval: interval !== undefined });
    }
  }
}
