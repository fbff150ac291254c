/**
 * What nft makes of a rule's text, so that a rule in the kernel is known by its expressions and nobody has to print it: nft prints some otherwise
 * than they were written, and takes long where there is much else.
 *
 * Texts are given to nft once, in a namespace of our own.
 *
 * @module
 */
import { type Expression, NfTables, withinScratchNamespace } from '@firsthop/netlink';
import { diffState, type NftState, parseRegisterRule, TABLE, type TableState } from '@firsthop/ruleset';
import { spawnSync } from 'node:child_process';
import { fingerprint } from './register-rules.ts';

const family = 'inet';
const patienceMs = 10_000;

/** Of sets that nft makes for one rule: what is in them, in place of a name. */
const anonymousSets = (nft: NfTables, expressions: readonly Expression[]): string =>
  expressions
    .flatMap((one) => (one.name === 'lookup' && one.values.set?.startsWith('__') === true ? [one.values.set] : []))
    .map((set) => nft.elements(family, { table: TABLE, set }).map(({ key, data, flags, keyEnd }) => JSON.stringify([key?.value, keyEnd?.value, data?.verdict, flags ?? 0])).sort().join())
    .join();

const withoutNames = (expressions: readonly Expression[]): Expression[] =>
  expressions.map((one) => (one.name === 'lookup' && one.values.set?.startsWith('__') === true ? { name: 'lookup', values: { ...one.values, set: '__' } } : one));

/** Counts are not part of a rule. */
const withoutCounts = (expressions: readonly Expression[]): Expression[] => expressions.map((one) => (one.name === 'counter' ? { name: 'counter', values: {} } : one));

const nameOf = (nft: NfTables, expressions: readonly Expression[]): string => `${fingerprint(withoutCounts(withoutNames(expressions)))} ${anonymousSets(nft, expressions)}`;

/** All of it but elements and rules of ours. */
const inWordsOfNft = (table: TableState): TableState => ({
  chains: new Map([...table.chains].map(([name, { rules, ...rest }]) => [name, { ...rest, rules: rules.filter((rule) => parseRegisterRule(rule) === undefined) }])),
  maps: new Map([...table.maps].map(([name, { type, interval }]) => [name, { type, interval, elements: new Map<string, string>() }])),
  counters: table.counters,
});

/** By name, as nft would have written it. */
const learn = (table: TableState): ReadonlyMap<string, string> =>
  withinScratchNamespace(() => {
    const wanted = inWordsOfNft(table);
    const lines = diffState(new Map(), new Map([[family, wanted]]), (a, b) => a === b).steps.flat();
    const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: `${lines.join('\n')}\n`, encoding: 'utf8', timeout: patienceMs });
    if (status !== 0) throw new Error(`nft does not take our rules: ${String(stderr).trim().slice(0, 300)}`);
    const nft = new NfTables();
    try {
      const found = new Map<string, string>();
      const next = new Map<string, number>();
      for (const { chain = '', expressions = [] } of nft.rules(family, { table: TABLE })) {
        const place = next.get(chain) ?? 0;
        next.set(chain, place + 1);
        const text = wanted.chains.get(chain)?.rules[place];
        if (text !== undefined) found.set(nameOf(nft, expressions), text);
      }
      return found;
    } finally {
      nft.close();
    }
  });

export class RuleTexts {
  #names: ReadonlyMap<string, string> = new Map();
  #texts: ReadonlySet<string> = new Set();

  /** Makes sure that the rules of this state are known. */
  expect(state: NftState): void {
    const table = state.get(family);
    if (table === undefined) return;
    const texts = [...table.chains.values()].flatMap(({ rules }) => rules).filter((rule) => parseRegisterRule(rule) === undefined);
    if (texts.every((text) => this.#texts.has(text))) return;
    this.#names = learn(table);
    this.#texts = new Set(this.#names.values());
  }

  /** Undefined: a rule that nobody expected. */
  textOf(nft: NfTables, expressions: readonly Expression[]): string | undefined {
    return this.#names.get(nameOf(nft, expressions));
  }
}
