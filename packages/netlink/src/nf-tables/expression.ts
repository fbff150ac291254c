/**
 * The expressions of a rule: small machines that pass registers on to each other (`include/uapi/linux/netfilter/nf_tables.h`).
 *
 * @module
 */
import { attributes, bytes, type Codec, eachAttribute, field, type Schema, text, u16be, u32be, u64be, u8, type Values } from '../attributes/codec.ts';
import type { Writer } from '../attributes/writer.ts';
import { data } from './verdict.ts';

const counter = { bytes: field(1, u64be), packets: field(2, u64be) };

/** By the kernel's names. */
const schemas = {
  meta: { dreg: field(1, u32be), key: field(2, u32be), sreg: field(3, u32be) },
  ct: { dreg: field(1, u32be), key: field(2, u32be), direction: field(3, u8), sreg: field(4, u32be) },
  payload: { dreg: field(1, u32be), base: field(2, u32be), offset: field(3, u32be), length: field(4, u32be), sreg: field(5, u32be), checksumType: field(6, u32be), checksumOffset: field(7, u32be), checksumFlags: field(8, u32be) },
  exthdr: { dreg: field(1, u32be), type: field(2, u8), offset: field(3, u32be), length: field(4, u32be), flags: field(5, u32be), op: field(6, u32be), sreg: field(7, u32be) },
  cmp: { sreg: field(1, u32be), op: field(2, u32be), data: field(3, data) },
  range: { sreg: field(1, u32be), op: field(2, u32be), from: field(3, data), to: field(4, data) },
  bitwise: { sreg: field(1, u32be), dreg: field(2, u32be), length: field(3, u32be), mask: field(4, data), xor: field(5, data), op: field(6, u32be), data: field(7, data) },
  byteorder: { sreg: field(1, u32be), dreg: field(2, u32be), op: field(3, u32be), length: field(4, u32be), size: field(5, u32be) },
  immediate: { dreg: field(1, u32be), data: field(2, data) },
  lookup: { set: field(1, text), sreg: field(2, u32be), dreg: field(3, u32be), setId: field(4, u32be), flags: field(5, u32be) },
  dynset: { set: field(1, text), setId: field(2, u32be), op: field(3, u32be), keyRegister: field(4, u32be), dataRegister: field(5, u32be), timeout: field(6, u64be), flags: field(9, u32be) },
  fib: { dreg: field(1, u32be), result: field(2, u32be), flags: field(3, u32be) },
  counter,
  limit: { rate: field(1, u64be), unit: field(2, u64be), burst: field(3, u32be), type: field(4, u32be), flags: field(5, u32be) },
  log: { group: field(1, u16be), prefix: field(2, text), snaplen: field(3, u32be), threshold: field(4, u16be), level: field(5, u32be), flags: field(6, u32be) },
  reject: { type: field(1, u32be), code: field(2, u8) },
  objref: { objectType: field(1, u32be), name: field(2, text), sreg: field(3, u32be), set: field(4, text), setId: field(5, u32be) },
  notrack: {},
  masq: { flags: field(1, u32be), from: field(2, u32be), to: field(3, u32be) },
  nat: { type: field(1, u32be), family: field(2, u32be), addressFrom: field(3, u32be), addressTo: field(4, u32be), portFrom: field(5, u32be), portTo: field(6, u32be), flags: field(7, u32be) },
} as const satisfies Readonly<Record<string, Schema>>;

type Schemas = typeof schemas;

/** `values`: by the names above. An expression that is not among them keeps its bytes. */
export type Expression = { readonly [K in keyof Schemas]: { readonly name: K; readonly values: Values<Schemas[K]> } }[keyof Schemas] | { readonly name: 'unknown'; readonly called: string; readonly bytes: Buffer };

const codecs = new Map<string, Codec<unknown>>(Object.entries(schemas).map(([name, schema]) => [name, attributes(schema as Schema)]));

const NAME = 1;
const DATA = 2;
const nested = 0x8000;

export const expression: Codec<Expression> = {
  isNested: true,
  write: (to: Writer, one) => {
    const name = to.begin(NAME);
    text.write(to, one.name === 'unknown' ? one.called : one.name);
    to.end(name);
    const at = to.begin(DATA | nested);
    if (one.name === 'unknown') to.raw(one.bytes);
    else codecs.get(one.name)?.write(to, one.values);
    to.end(at);
  },
  read: (from, start, end): Expression => {
    let name = '';
    let [first, last] = [end, end];
    eachAttribute(from, start, end, (type, begin, behind) => {
      if (type === NAME) name = text.read(from, begin, behind);
      if (type === DATA) [first, last] = [begin, behind];
    });
    const codec = codecs.get(name);
    return codec === undefined ? { name: 'unknown', called: name, bytes: bytes.read(from, first, last) } : ({ name, values: codec.read(from, first, last) } as Expression);
  },
};

/** The attributes of named counters, the objects. */
export const counterValues = attributes(counter);

/** Registers of four bytes, as a concatenated key is put together from them; `register(0)` is where every key begins. */
export const register = (number: number): number => 8 + number;
/** The register that holds a verdict. */
export const verdictRegister = 0;

export const metaKey = { length: 0, protocol: 1, priority: 2, mark: 3, iif: 4, oif: 5, iifname: 6, oifname: 7, nfproto: 15, l4proto: 16 } as const;
export const payloadBase = { link: 0, network: 1, transport: 2 } as const;
export const comparison = { equal: 0, notEqual: 1, less: 2, lessOrEqual: 3, greater: 4, greaterOrEqual: 5 } as const;
