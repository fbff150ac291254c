/**
 * What our tables hold, as data: the desired state that is rendered from class tables, and the actual one that is read
 * back. Rules are text in the form in which `nft list` prints them, so that the two can be compared.
 *
 * @module
 */
export type TableFamily = 'inet' | 'bridge';

export interface Chain {
  /** Undefined: a plain chain. Base chains are made once and never deleted. */
  readonly base?: string;
  readonly rules: readonly string[];
}

/** A set (values are empty) or a verdict map. Keys and values as nft writes them. */
export interface NftMap {
  /** `ifname . ipv4_addr`, or `typeof` and the expression whose type it has. */
  readonly type: string;
  readonly interval: boolean;
  readonly elements: ReadonlyMap<string, string>;
  /** When its elements change, in a change of many. Undefined: together with the rules. */
  readonly part?: MapPart;
  /** It never holds more elements than this: the kernel makes room for so many at once, and each takes less. Not compared: what is read back may not say it. */
  readonly size?: number;
  /** Each element has a counter: whose, by key. */
  readonly counts?: ReadonlyMap<string, string>;
}

/**
 * Parts of a judgement that is made by several lookups, each of which a packet on its way may do before or after a transaction.
 * `meaning`: says what numbers mean; no number ever changes its meaning. `class`: whose address has which number. `dispatch`: which
 * interface has which number.
 */
export type MapPart = 'meaning' | 'class' | 'dispatch';

export interface TableState {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly maps: ReadonlyMap<string, NftMap>;
  readonly counters: ReadonlySet<string>;
}

export type NftState = ReadonlyMap<TableFamily, TableState>;

export const TABLE = 'firsthop';
export const emptyTable: TableState = { chains: new Map(), maps: new Map(), counters: new Set() };
/** It maps its keys to something. */
export const isMap = ({ type }: NftMap): boolean => type.includes(' : ');
