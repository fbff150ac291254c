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
}

export interface TableState {
  readonly chains: ReadonlyMap<string, Chain>;
  readonly maps: ReadonlyMap<string, NftMap>;
  readonly counters: ReadonlySet<string>;
}

export type NftState = ReadonlyMap<TableFamily, TableState>;

export const TABLE = 'firsthop';
export const emptyTable: TableState = { chains: new Map(), maps: new Map(), counters: new Set() };
export const isVerdictMap = ({ type }: NftMap): boolean => type.endsWith(' : verdict');
