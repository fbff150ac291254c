/**
 * Rules that nft has no words for, as expressions: the kernel lets a map write what it finds into the middle of a key.
 *
 * Registers: 0 to 3 hold the key that a verdict is looked up by, 12 to 15 an address. The key's first part is a
 * constant as long as all of them, which is written first: nft prints it and does not look behind it, where it would find registers of which it
 * does not know the length, and end itself (`netlink_delinearize.c`, 1.0.6).
 *
 * @module
 */
import { comparison, type Expression, metaKey, payloadBase, register, type Verdict, verdictRegister } from '@firsthop/netlink';
import { type CellRule, cellRuleText, cellKinds, type JudgeRule, judgeRuleText, parseRegisterRule } from '@firsthop/ruleset';
import { KeyCodec } from './key-types.ts';

const profile = 2;
const [protocol, port] = [2, 3];
const address = 12;

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

const meta = (key: number, dreg: number): Expression => ({ name: 'meta', values: { dreg: register(dreg), key } });
const payload = (base: number, offset: number, length: number, dreg: number): Expression => ({ name: 'payload', values: { dreg: register(dreg), base, offset, length } });
const verdictFrom = (set: string): Expression => ({ name: 'lookup', values: { set, sreg: register(0), dreg: verdictRegister } });
export const verdict = (what: Verdict): Expression => ({ name: 'immediate', values: { dreg: verdictRegister, data: { verdict: what } } });

/** All four registers of the key. */
const cover = (first: number, second: Buffer = word(0)): Expression => ({ name: 'immediate', values: { dreg: register(0), data: { value: Buffer.concat([word(first), second, word(0), word(0)]) } } });

const families = {
  ip: { number: 2, version: 4, length: 4, source: 12, destination: 16 },
  ip6: { number: 10, version: 6, length: 16, source: 8, destination: 24 },
} as const;

const ofFamily = (number: number): Expression[] => [meta(metaKey.nfproto, address), { name: 'cmp', values: { sreg: register(address), op: comparison.equal, data: { value: Buffer.from([number]) } } }];

const judgeRule = ({ way, family, of, group }: JudgeRule): Expression[] => {
  const { number, version, length, source, destination } = families[family];
  return [
    ...ofFamily(number),
    cover(1, numberBytes(group)),
    payload(payloadBase.network, way === 'from' ? destination : source, length, address),
    { name: 'lookup', values: { set: `${of === 'exact' ? 'class' : 'range'}${version}`, sreg: register(address), dreg: register(profile) } },
    verdictFrom('rows'),
  ];
};

const numberBytes = (text: string): Buffer => {
  const span = KeyCodec.of('ipv4_addr')?.write(text);
  if (span === undefined) throw new Error(`"${text}" is no number`);
  return span[0];
};

const portOf = { port: payload(payloadBase.transport, 2, 2, port), icmp: payload(payloadBase.transport, 0, 2, port) } as const;

const cellRule = ({ map, kind, row }: CellRule): Expression[] => {
  const begin = cover(cellKinds[kind], numberBytes(row));
  const ask = verdictFrom(map);
  if (kind === 'rest') return [begin, ask];
  const what = meta(metaKey.l4proto, protocol);
  return kind === 'protocol' ? [begin, what, ask] : [begin, what, portOf[kind], ask];
};

/** Undefined: it is a rule of nft's. */
export const registerRule = (text: string): readonly Expression[] | undefined => {
  const rule = parseRegisterRule(text);
  if (rule === undefined) return undefined;
  return 'group' in rule ? judgeRule(rule) : cellRule(rule);
};

/** Attributes that the kernel adds and nobody asked for. */
const additions: ReadonlySet<string> = new Set(['flags', 'setId']);

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

/** Each fourth register has an older name too, which the kernel prefers: 1 to 4, of sixteen bytes each. */
const registerOf = (value: unknown): unknown => (typeof value === 'number' && value >= 1 && value <= 4 ? register(4 * (value - 1)) : value);
const isRegister = (key: string): boolean => key === 'sreg' || key === 'dreg';

/** The same for what was written and for what the kernel gives back, which is in another order. */
const fingerprint = (expressions: readonly Expression[]): string =>
  JSON.stringify(expressions.map((one) => [one.name, 'values' in one ? Object.entries(one.values).filter(([key, value]) => value !== undefined && !additions.has(key)).map(([key, value]) => [key, isRegister(key) ? registerOf(value) : value] as const).sort(([a], [b]) => (a < b ? -1 : 1)) : one.called]), plain);

const numberAt = (bytes: Buffer): string => [...bytes.subarray(4, 8)].join('.');

/** Whatever rule might be meant, by what it begins and ends with. */
const candidates = (key: Buffer, map: string | undefined): readonly (JudgeRule | CellRule)[] => {
  const number = numberAt(key);
  if (map === 'rows') return (['from', 'to'] as const).flatMap((way) => (['ip', 'ip6'] as const).flatMap((family) => (['exact', 'range'] as const).map((of): JudgeRule => ({ way, family, of, group: number }))));
  const kind = (Object.entries(cellKinds) as [CellRule['kind'], number][]).find(([, code]) => code === key.readUInt32BE(0))?.[0];
  return kind !== undefined && (map === 'cells' || map === 'spans') ? [{ map, kind, row: number }] : [];
};

/** The words for what the kernel holds. Undefined: it is no rule of this kind. */
export const registerRuleText = (expressions: readonly Expression[]): string | undefined => {
  const last = expressions.at(-1);
  const key = expressions.flatMap((one) => (one.name === 'immediate' ? (one.values.data?.value ?? []) : [])).find((value) => Buffer.isBuffer(value) && value.length === 16);
  if (!Buffer.isBuffer(key) || last?.name !== 'lookup') return undefined;
  const found = fingerprint(expressions);
  const rule = candidates(key, last.values.set).find((one) => fingerprint('group' in one ? judgeRule(one) : cellRule(one)) === found);
  return rule === undefined ? undefined : 'group' in rule ? judgeRuleText(rule) : cellRuleText(rule);
};
