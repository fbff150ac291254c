/**
 * What must be known of a YAML document before it becomes objects: nothing here costs more than one walk over it.
 *
 * The parser's own checks would do, but for their price: it looks for double keys with the square of their number, and follows
 * merged aliases (`<<`) without counting them.
 *
 * @module
 */
import { isAlias, isCollection, isMap, isPair, isScalar } from 'yaml';
import { manifestLimits } from './limits.ts';

export interface YamlFault {
  /** Into the document's text. */
  readonly offset: number;
  readonly code: 'SYNTAX' | 'TOO_LARGE';
  readonly message: string;
}

const offsetOf = (node: unknown): number => {
  const range: unknown = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0;
};

class Walk {
  readonly faults: YamlFault[] = [];
  /** Nodes behind each anchor, with its own aliases written out. */
  readonly #sizes = new Map<string, number>();
  #aliases = 0;
  /** Nodes that stand for others: what the aliases would write out. */
  copies = 0;

  /** How many nodes this one is once every alias in it is written out. */
  size(node: unknown, depth: number): number {
    if (depth > manifestLimits.depth) return this.#fault(node, 'TOO_LARGE', `nested deeper than ${manifestLimits.depth} levels`);
    if (isAlias(node)) return this.#aliasSize(node.source, node);
    if (isPair(node)) return this.size(node.key, depth) + this.size(node.value, depth);
    if (!isCollection(node)) return this.#keep(node, 1);
    if (isMap(node)) this.#checkKeys(node.items.map(({ key }) => key));
    let size = 1;
    for (const item of node.items) size += this.size(item, depth + 1);
    return this.#keep(node, size);
  }

  #keep(node: unknown, size: number): number {
    const anchor: unknown = typeof node === 'object' && node !== null && 'anchor' in node ? node.anchor : undefined;
    if (typeof anchor === 'string') this.#sizes.set(anchor, size);
    return size;
  }

  /** An alias of something that is not closed yet would hold itself. */
  #aliasSize(anchor: string, node: unknown): number {
    const size = this.#sizes.get(anchor);
    if (size === undefined) return this.#fault(node, 'SYNTAX', 'an alias of nothing that stands complete before it');
    this.#aliases++;
    if (this.#aliases > manifestLimits.aliases) return this.#fault(node, 'TOO_LARGE', `more than ${manifestLimits.aliases} aliases`);
    this.copies += size;
    return size;
  }

  #checkKeys(keys: readonly unknown[]): void {
    const seen = new Set<string>();
    for (const key of keys) {
      if (!isScalar(key)) this.#fault(key, 'SYNTAX', 'a key is a text');
      // As it will be called in the object: 1 and "1" are one key there.
      const name = isScalar(key) ? String(key.value) : '';
      if (seen.has(name)) this.#fault(key, 'SYNTAX', 'Map keys must be unique');
      seen.add(name);
    }
  }

  #fault(node: unknown, code: YamlFault['code'], message: string): 0 {
    if (this.faults.length < manifestLimits.syntaxErrors) this.faults.push({ offset: offsetOf(node), code, message });
    return 0;
  }
}

export const inspectYaml = (contents: unknown): readonly YamlFault[] => {
  const walk = new Walk();
  walk.size(contents, 0);
  if (walk.faults.length > 0 || walk.copies <= manifestLimits.copies) return walk.faults;
  return [{ offset: 0, code: 'TOO_LARGE', message: `its aliases stand for more than ${manifestLimits.copies} values` }];
};
