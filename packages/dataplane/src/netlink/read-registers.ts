/**
 * A table with a judgement in registers as the kernel holds it, by netlink alone.
 *
 * @module
 */
import { type Expression, type NfTables, objectType, setFlag, verdictRegister } from '@firsthop/netlink';
import { type Chain, type NftMap, TABLE, type TableState } from '@firsthop/ruleset';
import { readElements } from './read-elements.ts';
import { registerRuleWords } from './register-rules.ts';
import type { RuleTexts } from './rule-texts.ts';
import { typeText } from './set-declaration.ts';
import type { SetCodecs } from './set-codecs.ts';
import { verdictText } from './verdict-words.ts';

const family = 'inet';
const ofTable = { table: TABLE } as const;

const plainVerdict = ([one, ...more]: readonly Expression[]): string | undefined => {
  if (one?.name !== 'immediate' || more.length > 0 || one.values.dreg !== verdictRegister) return undefined;
  const verdict = one.values.data?.verdict;
  return verdict === undefined ? undefined : verdictText(verdict);
};

const STRANGER = 'a rule of somebody else';

const readChains = (nft: NfTables, texts: RuleTexts): ReadonlyMap<string, Chain> => {
  const rules = new Map<string, string[]>();
  for (const { chain = '', expressions = [] } of nft.rules(family, ofTable)) {
    const text = registerRuleWords(expressions) ?? plainVerdict(expressions) ?? texts.textOf(nft, expressions) ?? STRANGER;
    const list = rules.get(chain);
    if (list === undefined) rules.set(chain, [text]);
    else list.push(text);
  }
  return new Map(nft.chains(family, ofTable).map(({ name = '', hook, type = '' }): [string, Chain] => [name, { ...(hook === undefined ? {} : { base: `type ${type} hook ${hook.number} priority ${hook.priority}` }), rules: rules.get(name) ?? [] }]));
};

/** nft names sets of its own that a rule has in it: those are part of the rule. */
const isAnonymous = (name: string): boolean => name.startsWith('__');

const readMaps = (nft: NfTables, codecs: SetCodecs): Map<string, NftMap> =>
  new Map(nft.sets(family, ofTable).filter(({ name = '' }) => !isAnonymous(name)).map((set): [string, NftMap] => {
    const name = set.name ?? '';
    const declared = { type: typeText(set), interval: ((set.flags ?? 0) & setFlag.interval) !== 0 };
    codecs.put(family, name, declared);
    return [name, { ...declared, elements: readElements(nft, { name, keyLength: set.keyLength ?? 0 }, codecs.of(family, name)) }];
  }));

/** A map that there is in each judgement in registers, and nowhere else. */
export const hasRegisters = (nft: NfTables): boolean => nft.tables(family).some(({ name }) => name === TABLE) && nft.sets(family, ofTable).some(({ name }) => name === 'class4');

/** `texts` knows the rules that there should be. */
export const readRegisters = (nft: NfTables, texts: RuleTexts, codecs: SetCodecs): TableState => ({
  chains: readChains(nft, texts),
  maps: readMaps(nft, codecs),
  counters: new Set(nft.objects(family, { ...ofTable, type: objectType.counter }).map(({ name = '' }) => name)),
});
