/**
 * A packet's way through a judgement in registers, lookup by lookup, each of which may see another moment. Written from the words of the rules
 * alone, not from how they are told to the kernel.
 *
 * @module
 */
import { type Address, compareAddresses, familyOf, formatAddress } from '@firsthop/netaddr';
import { type CellRule, cellSetName, type EndRule, type JudgeRule, type NftState, parseRange, parseRegisterRule, TABLE, type TableState } from '@firsthop/ruleset';

export interface Packet {
  readonly way: 'from' | 'to';
  readonly device: string;
  /** Of the other side. */
  readonly address: Address;
  readonly protocol: number;
  readonly port: number;
}

/** What is there at the next lookup. */
export type Moment = () => TableState;

const elementsOf = (table: TableState, map: string): ReadonlyMap<string, string> => table.maps.get(map)?.elements ?? new Map<string, string>();

const inRanges = (table: TableState, map: string, address: Address): string | undefined =>
  [...elementsOf(table, map)].find(([key]) => {
    const range = parseRange(key);
    return range !== undefined && compareAddresses(range.first, address) <= 0 && compareAddresses(address, range.last) <= 0;
  })?.[1];

const isIcmp = (protocol: number): boolean => protocol === 1 || protocol === 58;
const cellVerdict = (rule: CellRule, { protocol, port }: Packet, at: Moment): string | undefined => {
  // Of ICMP, `port` is its type and code; where ports are looked for it has a checksum, of which nothing is known.
  if ((rule.map === 'icmp') !== isIcmp(protocol)) return undefined;
  const elements = elementsOf(at(), cellSetName(rule));
  return (rule.map === 'ports' ? elements.has(`${protocol} . ${port}`) : isInSpan(elements, `${protocol} . `, port)) ? rule.verdict : undefined;
};

const isInSpan = (elements: ReadonlyMap<string, string>, begin: string, number: number): boolean =>
  [...elements.keys()].some((key) => {
    const [first, last = first] = key.startsWith(begin) ? key.slice(begin.length).split('-').map(Number) : [];
    return first !== undefined && last !== undefined && first <= number && number <= last;
  });

const endVerdict = (rule: EndRule, { protocol }: Packet): string | undefined => (rule.protocol === undefined || rule.protocol === protocol ? rule.verdict : undefined);

const rowOf = ({ family, of, group }: JudgeRule, { address }: Packet, at: Moment): string | undefined => {
  const version = familyOf(address);
  if (family !== (version === 4 ? 'ip' : 'ip6')) return undefined;
  const profile = of === 'exact' ? elementsOf(at(), `class${version}`).get(formatAddress(address)) : inRanges(at(), `range${version}`, address);
  return profile === undefined ? undefined : elementsOf(at(), `p_${group}`).get(`0.0.0.1 . ${profile}`);
};

/** The verdict, in the words of its element; `unprogrammed` where nothing was found. A chain is what it was when it was entered. */
export const walk = (packet: Packet, at: Moment): string => {
  const entry = elementsOf(at(), `${packet.way}_if`).get(`"${packet.device}"`) ?? '';
  let rules: readonly string[] = at().chains.get(entry.slice('goto '.length))?.rules ?? [];
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] ?? '';
    const words = parseRegisterRule(rule);
    const found = words === undefined ? rule : words.what === 'judge' ? rowOf(words, packet, at) : words.what === 'cells' ? cellVerdict(words, packet, at) : endVerdict(words, packet);
    if (found === undefined) continue;
    const [word, chain = ''] = found.split(' ');
    if (word !== 'goto' || chain.startsWith('v_')) return found;
    [rules, i] = [at().chains.get(chain)?.rules ?? [], -1];
  }
  return 'unprogrammed';
};

const line = new RegExp(`^(add|delete|flush) (table|counter|chain|map|set|element|rule) (inet|bridge)(?: ${TABLE}(?: (\\S+)(?: (.*))?)?)?$`);

/** The table `inet` after these lines, which are those of a transaction. */
export const after = (table: TableState, lines: readonly string[]): TableState => {
  const chains = new Map(table.chains);
  const maps = new Map(table.maps);
  for (const text of lines) {
    const [, op, what, family, name = '', rest = ''] = line.exec(text) ?? [];
    if (op === undefined) throw new Error(`no line of a transaction: ${text}`);
    if (family !== 'inet') continue;
    if (what === 'chain') {
      if (op === 'delete') chains.delete(name);
      else if (op === 'flush' || !chains.has(name)) chains.set(name, { rules: [] });
    } else if (what === 'rule') chains.set(name, { rules: [...(chains.get(name)?.rules ?? []), rest] });
    else if (what === 'map' || what === 'set') {
      if (op === 'delete') maps.delete(name);
      else maps.set(name, { type: '', interval: false, elements: new Map() });
    } else if (what === 'element') {
      const elements = new Map(maps.get(name)?.elements);
      for (const one of rest.slice(2, -2).split(', ')) {
        const [key = '', value = ''] = one.split(' : ');
        if (op === 'delete') elements.delete(key);
        else elements.set(key, value);
      }
      maps.set(name, { type: '', interval: false, elements });
    }
  }
  return { ...table, chains, maps };
};

export const inetOf = (state: NftState): TableState => {
  const table = state.get('inet');
  if (table === undefined) throw new Error('there is no table inet');
  return table;
};
