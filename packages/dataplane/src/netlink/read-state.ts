/**
 * Our tables as the kernel holds them. Rules are as nft prints them, but for those that it has no words for; elements come by netlink, which takes
 * a tenth of the time.
 *
 * @module
 */
import { type Expression, type NfTables, verdictRegister } from '@firsthop/netlink';
import { type Chain, type NftMap, type NftState, TABLE, type TableFamily, type TableState } from '@firsthop/ruleset';
import { verdictText } from './element-codec.ts';
import { registerRuleText } from './register-rules.ts';
import type { SetCodecs } from './set-codecs.ts';

/** A map that there is in each judgement in registers, and nowhere else. */
const hasRegisterRules = ({ maps }: TableState): boolean => maps.has('verdicts');

const plainVerdict = ([one, ...more]: readonly Expression[]): string | undefined => {
  if (one?.name !== 'immediate' || more.length > 0 || one.values.dreg !== verdictRegister) return undefined;
  const verdict = one.values.data?.verdict;
  return verdict === undefined ? undefined : verdictText(verdict);
};

/** The chains in which there are rules that nft has no words for. */
const judgingChains = (nft: NfTables, family: TableFamily): ReadonlyMap<string, readonly string[]> => {
  const chains = new Map<string, string[]>();
  const judging = new Set<string>();
  for (const { chain = '', expressions = [] } of nft.rules(family, { table: TABLE })) {
    const words = registerRuleText(expressions);
    if (words !== undefined) judging.add(chain);
    const rules = chains.get(chain) ?? [];
    rules.push(words ?? plainVerdict(expressions) ?? 'a rule of somebody else');
    chains.set(chain, rules);
  }
  return new Map([...chains].filter(([chain]) => judging.has(chain)));
};

/** `listed`: with the elements of those sets alone whose types are not known to `codecs`. */
export const readState = (nft: NfTables, listed: NftState, codecs: SetCodecs): NftState =>
  new Map([...listed].map(([family, table]): [TableFamily, TableState] => {
    const judging = hasRegisterRules(table) ? judgingChains(nft, family) : new Map<string, readonly string[]>();
    const maps = [...table.maps].map(([name, map]): [string, NftMap] => {
      const codec = codecs.of(family, name);
      return [name, codec === undefined ? map : { ...map, elements: new Map(codec.read(nft.elements(family, { table: TABLE, set: name }))) }];
    });
    const chains = [...table.chains].map(([name, chain]): [string, Chain] => [name, { ...chain, rules: judging.get(name) ?? chain.rules }]);
    return [family, { ...table, chains: new Map(chains), maps: new Map(maps) }];
  }));

