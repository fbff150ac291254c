/**
 * Rules that nft has no words for, as expressions: the kernel lets a map write what it finds into the middle of a key.
 *
 * Registers: 0 and 1 hold a cell's key, 4 to 7 one that ends with a number that was found, 12 to 15 an address. The first part of a key with such a
 * number is a constant as long as all of it, which is written first: nft prints it and does not look behind it, where it would find registers of
 * which it does not know the length, and end itself (`netlink_delinearize.c`, 1.0.6).
 *
 * @module
 */
import { comparison, type Expression, metaKey, objectType, payloadBase, register, type Verdict, verdictRegister } from '@firsthop/netlink';
import { type CellMap, type CellRule, cellSetName, decisionOfCounter, type EndRule, type JudgeRule, parseCellSetName, parseRegisterRule, type RegisterRule, registerRuleText } from '@firsthop/ruleset';
import { verdictOf, verdictText } from './verdict-words.ts';

const cell = { protocol: 0, port: 1 } as const;
/** Of a key with a cover and one more part. */
const covered = { begin: 4, number: 5 } as const;
const address = 12;

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const meta = (key: number, dreg: number): Expression => ({ name: 'meta', values: { dreg: register(dreg), key } });
const payload = (base: number, offset: number, length: number, dreg: number): Expression => ({ name: 'payload', values: { dreg: register(dreg), base, offset, length } });
/** `begin`: where the key begins. */
const verdictFrom = (set: string, begin: number): Expression => ({ name: 'lookup', values: { set, sreg: register(begin), dreg: verdictRegister } });
const lookUp = (set: string, sreg: number, dreg: number): Expression => ({ name: 'lookup', values: { set, sreg: register(sreg), dreg: register(dreg) } });
export const verdict = (what: Verdict): Expression => ({ name: 'immediate', values: { dreg: verdictRegister, data: { verdict: what } } });

/** All four registers of a key. */
const cover = (begin: number, first: number): Expression => ({ name: 'immediate', values: { dreg: register(begin), data: { value: Buffer.concat([word(first), word(0), word(0), word(0)]) } } });

const families = {
  ip: { number: 2, version: 4, length: 4, source: 12, destination: 16 },
  ip6: { number: 10, version: 6, length: 16, source: 8, destination: 24 },
} as const;

const equals = (sreg: number, byte: number): Expression => ({ name: 'cmp', values: { sreg: register(sreg), op: comparison.equal, data: { value: Buffer.from([byte]) } } });

const ofFamily = (number: number): Expression[] => [meta(metaKey.nfproto, address), equals(address, number)];

const judgeRule = ({ way, family, of, group }: JudgeRule): Expression[] => {
  const { number, version, length, source, destination } = families[family];
  return [
    ...ofFamily(number),
    cover(covered.begin, 1),
    payload(payloadBase.network, way === 'from' ? destination : source, length, address),
    lookUp(`${of === 'exact' ? 'class' : 'range'}${version}`, address, covered.number),
    verdictFrom(`p_${group}`, covered.begin),
  ];
};

/** Of ICMP not behind the type: there is a checksum, which whoever sends may choose. */
const offsets: Readonly<Record<CellMap, number>> = { ports: 2, spans: 2, icmp: 0 };

const ending = (word: string): Expression => {
  const what = verdictOf(word);
  if (what === undefined) throw new Error(`no verdict: ${word}`);
  return verdict(what);
};

const cellRule = (rule: CellRule): Expression[] => [
  meta(metaKey.l4proto, cell.protocol),
  payload(payloadBase.transport, offsets[rule.map], 2, cell.port),
  { name: 'lookup', values: { set: cellSetName(rule), sreg: register(cell.protocol) } },
  ending(rule.verdict),
];

const endRule = ({ protocol, counter, verdict: word }: EndRule): Expression[] => [
  ...(protocol === undefined ? [] : [meta(metaKey.l4proto, address), equals(address, protocol)]),
  { name: 'objref', values: { objectType: objectType.counter, name: counter } },
  ending(word),
];

/** Undefined: it is a rule of nft's. */
export const registerRule = (text: string): readonly Expression[] | undefined => {
  const rule = parseRegisterRule(text);
  if (rule === undefined) return undefined;
  return expressionsOf(rule);
};

/** Attributes that the kernel adds and nobody asked for. */
const additions: ReadonlySet<string> = new Set(['flags', 'setId']);

/** Each fourth register has an older name too, which the kernel prefers: 1 to 4, of sixteen bytes each. */
const registerOf = (value: unknown): unknown => (typeof value === 'number' && value >= 1 && value <= 4 ? register(4 * (value - 1)) : value);
const isRegister = (key: string): boolean => key === 'sreg' || key === 'dreg';

/** In the order of keys. Made by hand: JSON takes ten times as long over bytes, and there are thousands of rules. */
const told = (value: unknown): string => {
  if (Buffer.isBuffer(value)) return `x${value.toString('hex')}`;
  if (typeof value !== 'object' || value === null) return String(value);
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const held = value[key as keyof typeof value] as unknown;
    if (held !== undefined && !additions.has(key)) text += `${key}:${told(isRegister(key) ? registerOf(held) : held)};`;
  }
  return `${text}}`;
};

/** The same for what was written and for what the kernel gives back, which is in another order. */
export const fingerprint = (expressions: readonly Expression[]): string => expressions.map((one) => `${one.name}${'values' in one ? told(one.values) : one.called}`).join('\n');

const lookups = (expressions: readonly Expression[]): string[] => expressions.flatMap((one) => (one.name === 'lookup' ? (one.values.set ?? []) : []));
const ways = ['from', 'to'] as const;

const wordOf = (last: Expression | undefined): string | undefined => {
  const what = last?.name === 'immediate' ? last.values.data?.verdict : undefined;
  return what === undefined ? undefined : verdictText(what);
};

/** Of a rule that ends with a counted verdict. */
const endCandidates = (expressions: readonly Expression[]): RegisterRule[] => {
  const [last, counted] = expressions.toReversed();
  const [name, word] = [counted?.name === 'objref' ? counted.values.name : undefined, wordOf(last)];
  if (name === undefined || word === undefined || decisionOfCounter(name) === undefined) return [];
  const [, compared] = expressions;
  const protocol = compared?.name === 'cmp' ? compared.values.data?.value?.[0] : undefined;
  return [{ what: 'end', protocol, counter: name, verdict: word }];
};

/** Whatever rule might be meant, by what it looks up. */
const candidates = (expressions: readonly Expression[]): readonly RegisterRule[] => {
  const [first = '', second = ''] = lookups(expressions);
  const [, of, version] = /^(class|range)([46])$/.exec(first) ?? [];
  if (of !== undefined) return ways.map((way): RegisterRule => ({ what: 'judge', way, family: version === '4' ? 'ip' : 'ip6', of: of === 'class' ? 'exact' : 'range', group: second.slice('p_'.length) }));
  const [set, word] = [parseCellSetName(first), wordOf(expressions.at(-1))];
  return set === undefined || word === undefined ? endCandidates(expressions) : [{ what: 'cells', ...set, verdict: word }];
};

const expressionsOf = (rule: RegisterRule): Expression[] => (rule.what === 'judge' ? judgeRule(rule) : rule.what === 'cells' ? cellRule(rule) : endRule(rule));

/** The words for what the kernel holds. Undefined: it is no rule of this kind. */
export const registerRuleWords = (expressions: readonly Expression[]): string | undefined => {
  const all = candidates(expressions);
  if (all.length === 0) return undefined;
  const found = fingerprint(expressions);
  const rule = all.find((one) => fingerprint(expressionsOf(one)) === found);
  return rule === undefined ? undefined : registerRuleText(rule);
};
