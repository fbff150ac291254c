/**
 * Rules that nft has no words for, as expressions: the kernel lets a map write what it finds into the middle of a key.
 *
 * Registers: 0 to 3 hold the key that a verdict is looked up by; 8 to 11 the interface's name, 12 to 15 an address. The key's first part is a
 * constant as long as all of them, which is written first: nft prints it and does not look behind it, where it would find registers of which it
 * does not know the length, and end itself (`netlink_delinearize.c`, 1.0.6).
 *
 * @module
 */
import { comparison, type Expression, metaKey, payloadBase, register, type Verdict, verdictCode, verdictRegister } from '@firsthop/netlink';
import { type CellRule, cellRuleText, cellKinds, type JudgeRule, judgeAllChain, judgeRuleText, parseRegisterRule } from '@firsthop/ruleset';
import { KeyCodec } from './key-types.ts';

const [group, profile] = [1, 2];
const [protocol, port] = [2, 3];
const [name, address] = [8, 12];

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const meta = (key: number, dreg: number): Expression => ({ name: 'meta', values: { dreg: register(dreg), key } });
const payload = (base: number, offset: number, length: number, dreg: number): Expression => ({ name: 'payload', values: { dreg: register(dreg), base, offset, length } });
const lookUp = (set: string, sreg: number, dreg: number): Expression => ({ name: 'lookup', values: { set, sreg: register(sreg), dreg: register(dreg) } });
const verdictFrom = (set: string): Expression => ({ name: 'lookup', values: { set, sreg: register(0), dreg: verdictRegister } });
export const verdict = (what: Verdict): Expression => ({ name: 'immediate', values: { dreg: verdictRegister, data: { verdict: what } } });

/** All four registers of the key. */
const cover = (first: number, second: Buffer = word(0)): Expression => ({ name: 'immediate', values: { dreg: register(0), data: { value: Buffer.concat([word(first), second, word(0), word(0)]) } } });

const families = {
  ip: { number: 2, version: 4, length: 4, source: 12, destination: 16 },
  ip6: { number: 10, version: 6, length: 16, source: 8, destination: 24 },
} as const;

const ofFamily = (number: number): Expression[] => [meta(metaKey.nfproto, address), { name: 'cmp', values: { sreg: register(address), op: comparison.equal, data: { value: Buffer.from([number]) } } }];

const judgeRule = ({ way, by, family, of, find }: JudgeRule): Expression[] => {
  const ip = family === 'any' ? undefined : families[family];
  const [own, other] = way === 'from' ? (['source', 'destination'] as const) : (['destination', 'source'] as const);
  const load = (side: 'source' | 'destination'): Expression[] => (ip === undefined ? [] : [payload(payloadBase.network, ip[side], ip.length, address)]);
  const findProfile = ip === undefined || of === 'all' ? [] : [...load(other), lookUp(`${of === 'exact' ? 'class' : 'range'}${ip.version}`, address, profile)];
  const begin = [...(ip === undefined ? [] : ofFamily(ip.number)), cover(1)];
  if (find === 'all') return [...begin, ...findProfile, verdict({ code: verdictCode.goto, chain: judgeAllChain(way, by) })];
  const known = by === 'if' ? [] : load(own);
  const map = `group_${way}_${by}${by === 'br' && ip !== undefined ? ip.version : ''}`;
  return [...begin, meta(way === 'from' ? metaKey.iifname : metaKey.oifname, name), ...known, lookUp(map, name, group), ...findProfile, verdictFrom('rows')];
};

const rowBytes = (text: string): Buffer => {
  const span = KeyCodec.of('ipv4_addr')?.write(text);
  if (span === undefined) throw new Error(`"${text}" is no number of a row`);
  return span[0];
};

const portOf = { port: payload(payloadBase.transport, 2, 2, port), icmp: payload(payloadBase.transport, 0, 2, port) } as const;

const cellRule = ({ map, kind, row }: CellRule): Expression[] => {
  const begin = cover(cellKinds[kind], rowBytes(row));
  const ask = verdictFrom(map);
  if (kind === 'rest') return [begin, ask];
  const what = meta(metaKey.l4proto, protocol);
  return kind === 'protocol' ? [begin, what, ask] : [begin, what, portOf[kind], ask];
};

/** Undefined: it is a rule of nft's. */
export const registerRule = (text: string): readonly Expression[] | undefined => {
  const rule = parseRegisterRule(text);
  if (rule === undefined) return undefined;
  return 'way' in rule ? judgeRule(rule) : cellRule(rule);
};

const judgeRules: readonly JudgeRule[] = (['from', 'to'] as const).flatMap((way) =>
  (['if', 'br'] as const).flatMap((by) =>
    (['ip', 'ip6', 'any'] as const).flatMap((family) => (['exact', 'range', 'all'] as const).flatMap((of) => (['row', 'all'] as const).map((find): JudgeRule => ({ way, by, family, of, find })))),
  ),
);

/** Attributes that the kernel adds and nobody asked for. */
const additions: ReadonlySet<string> = new Set(['flags', 'setId']);

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** The kernel calls a register that begins one of its older four, of 16 bytes, by the number of that one: 1 to 4. */
const registerName = (key: string, value: unknown): unknown => ((key === 'sreg' || key === 'dreg') && typeof value === 'number' && value >= 1 && value <= 4 ? register((value - 1) * 4) : value);

/** The same for what was written and for what the kernel gives back, which is in another order and names registers otherwise. */
const fingerprint = (expressions: readonly Expression[]): string =>
  JSON.stringify(
    expressions.map((one) => [one.name, 'values' in one ? Object.entries(one.values).filter(([key, value]) => value !== undefined && !additions.has(key)).map(([key, value]) => [key, registerName(key, value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)) : one.called]),
    plain,
  );

let known: ReadonlyMap<string, string> | undefined;

const cellRuleOf = (expressions: readonly Expression[]): string | undefined => {
  const [begin] = expressions;
  const last = expressions.at(-1);
  const bytes = begin?.name === 'immediate' ? begin.values.data?.value : undefined;
  if (bytes?.length !== 16 || last?.name !== 'lookup' || (last.values.set !== 'cells' && last.values.set !== 'spans')) return undefined;
  const kind = (Object.entries(cellKinds) as [CellRule['kind'], number][]).find(([, number]) => number === bytes.readUInt32BE(0))?.[0];
  if (kind === undefined) return undefined;
  const rule: CellRule = { map: last.values.set, kind, row: [...bytes.subarray(4, 8)].join('.') };
  return fingerprint(cellRule(rule)) === fingerprint(expressions) ? cellRuleText(rule) : undefined;
};

/** The words for what the kernel holds. Undefined: it is no rule of this kind. */
export const registerRuleText = (expressions: readonly Expression[]): string | undefined => {
  known ??= new Map(judgeRules.map((rule) => [fingerprint(judgeRule(rule)), judgeRuleText(rule)]));
  return known.get(fingerprint(expressions)) ?? cellRuleOf(expressions);
};
