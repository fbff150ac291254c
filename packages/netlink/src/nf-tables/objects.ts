/**
 * The objects of nf_tables, by the kernel's attribute numbers (`include/uapi/linux/netfilter/nf_tables.h`).
 *
 * @module
 */
import { attributes, bytes, field, listOf, s32be, text, u32be, u64be } from '../attributes/codec.ts';
import { counterValues, expression } from './expression.ts';
import { data } from './verdict.ts';

const LIST_ITEM = 1;

/** Numbers of messages; `get` is asked for by dumps and single reads alike. */
export const messages = {
  table: { create: 0, get: 1, delete: 2 },
  chain: { create: 3, get: 4, delete: 5 },
  rule: { create: 6, get: 7, delete: 8 },
  set: { create: 9, get: 10, delete: 11 },
  element: { create: 12, get: 13, delete: 14 },
  generation: { create: 15, get: 16 },
  object: { create: 18, get: 19, delete: 20, getAndReset: 21 },
} as const;

export const table = attributes({ name: field(1, text), flags: field(2, u32be), use: field(3, u32be), handle: field(4, u64be), userData: field(6, bytes) });

const hook = attributes({ number: field(1, u32be), priority: field(2, s32be), device: field(3, text) });

/** `policy`: a verdict code. `type`: `filter`, `nat`, `route`. A chain without a hook is reached by jumps only. */
export const chain = attributes({ table: field(1, text), handle: field(2, u64be), name: field(3, text), hook: field(4, hook), policy: field(5, u32be), use: field(6, u32be), type: field(7, text), flags: field(10, u32be), userData: field(12, bytes) });

export const rule = attributes({ table: field(1, text), chain: field(2, text), handle: field(3, u64be), expressions: field(4, listOf(LIST_ITEM, expression)), position: field(6, u64be), userData: field(7, bytes) });

const concatenation = listOf(LIST_ITEM, attributes({ length: field(1, u32be) }));
const description = attributes({ size: field(1, u32be), fields: field(2, concatenation) });

/** Key and data types are nft's own numbers, which the kernel keeps for nft alone; lengths in bytes are what it goes by. */
export const set = attributes({
  table: field(1, text),
  name: field(2, text),
  flags: field(3, u32be),
  keyType: field(4, u32be),
  keyLength: field(5, u32be),
  dataType: field(6, u32be),
  dataLength: field(7, u32be),
  policy: field(8, u32be),
  description: field(9, description),
  id: field(10, u32be),
  userData: field(13, bytes),
  objectType: field(15, u32be),
  handle: field(16, u64be),
  /** Each element has one of its own. */
  expression: field(17, expression),
});

export const setFlag = { anonymous: 0x1, constant: 0x2, interval: 0x4, map: 0x8, timeout: 0x10, eval: 0x20, object: 0x40, concatenated: 0x80 } as const;

export const element = attributes({ key: field(1, data), data: field(2, data), flags: field(3, u32be), userData: field(6, bytes), expression: field(7, expression), object: field(9, text), keyEnd: field(10, data) });

/** `intervalEnd`: the first value behind an interval. */
export const elementFlag = { intervalEnd: 0x1, catchAll: 0x2 } as const;

/** Without anything around them. */
export const elementItems = listOf(LIST_ITEM, element);

export const elements = attributes({ table: field(1, text), set: field(2, text), elements: field(3, elementItems), setId: field(4, u32be) });

/** Named counters only; other objects come without what they hold. */
export const object = attributes({ table: field(1, text), name: field(2, text), type: field(3, u32be), data: field(4, counterValues), use: field(5, u32be), handle: field(6, u64be), userData: field(8, bytes) });

export const objectType = { counter: 1 } as const;

export const generation = attributes({ id: field(1, u32be), processId: field(2, u32be), processName: field(3, text) });

/** Of a batch: refused unless the ruleset still is of this generation. */
export const batch = attributes({ generation: field(1, u32be) });

export const hookNumber = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4, ingress: 5 } as const;
