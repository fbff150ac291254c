import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, MalformedError } from './attributes/codec.ts';
import { Writer } from './attributes/writer.ts';
import { type ConntrackEntry, connectionEntry } from './conntrack/entry.ts';
import { readConnection, readConntrackEvent } from './conntrack/messages.ts';
import { type Tuple, tuple } from './conntrack/tuple.ts';
import { type Message, messagesIn } from './message.ts';
import { packetAttributes, readLogPacket } from './log/packet.ts';
import { requestOf } from './nf-tables/nfnetlink.ts';
import { errorIn } from './socket/kernel-error.ts';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const u128 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const octets = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes));
const name = fc.string({ maxLength: 60 }).filter((text) => !text.includes('\0'));
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(model, { requiredKeys: [] });

const addresses = fc.oneof(fc.record({ source: u32, destination: u32 }), fc.record({ source: u128, destination: u128 }));
const conversation = fc.oneof(fc.record({ sourcePort: u16, destinationPort: u16 }), fc.record({ icmp: fc.record({ type: u8, code: u8, id: u16 }) }), fc.constant({}));
const anyTuple: fc.Arbitrary<Tuple> = fc.tuple(addresses, u8, conversation, fc.option(u16, { nil: undefined })).map(([who, protocol, what, zone]) => ({ ...who, protocol, ...what, ...(zone === undefined ? {} : { zone }) }));

const counters = fc.record({ packets: u64, bytes: u64 });
const state = fc.record({ state: u8 });
const anyEntry: fc.Arbitrary<ConntrackEntry> = fc
  .tuple(
    fc.record({ original: anyTuple, reply: anyTuple, id: u32, mark: u32, zone: u16 }),
    optional({
      status: u32,
      protocolState: fc.oneof(fc.record({ tcp: state }), fc.record({ sctp: state })),
      helper: fc.record({ name }),
      timeout: u32,
      originalCounters: counters,
      replyCounters: counters,
      master: anyTuple,
      times: optional({ start: u64, stop: u64 }),
      labels: octets(16, 16),
      happenedAt: u64,
    }),
  )
  .map(([always, sometimes]) => ({ ...always, ...sometimes }));

const anyPacket = optional({
  header: fc.record({ etherType: u16, hook: u8 }),
  mark: u32,
  time: fc.bigInt({ min: 0n, max: 1n << 62n }).map((micros) => micros * 1000n),
  inDevice: u32,
  outDevice: u32,
  physicalInDevice: u32,
  physicalOutDevice: u32,
  hardwareAddress: octets(0, 8),
  payload: octets(0, 200),
  prefix: name,
  uid: u32,
  gid: u32,
  sequence: u32,
  globalSequence: u32,
  hardwareType: u16,
  hardwareHeader: octets(0, 20),
});

const rewritten = <T>(codec: Codec<T>, value: T): T => {
  const writer = new Writer(16);
  codec.write(writer, value);
  return codec.read(writer.bytes(), 0, writer.length);
};

describe('what is written is read', () => {
  it.each([
    { what: 'a tuple', codec: tuple, values: anyTuple },
    { what: 'a connection', codec: connectionEntry, values: anyEntry },
    { what: 'a packet', codec: packetAttributes, values: anyPacket },
  ] as { what: string; codec: Codec<unknown>; values: fc.Arbitrary<unknown> }[])('$what', ({ codec, values }) => {
    fc.assert(fc.property(values, (value) => void expect(rewritten(codec, value)).toEqual(value)), { numRuns: 1000 });
  });
});

/** Each message of a datagram, by everybody who could be asked to read it. */
const readAll = (datagram: Buffer): void => {
  for (const message of messagesIn(datagram)) for (const read of [readConnection, readConntrackEvent, readLogPacket, errorIn] as ((message: Message) => unknown)[]) {
    try {
      read(message);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  }
};

/** Milliseconds that this thread worked: on a busy machine the clock says nothing. */
const worked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Undefined: harmless. */
const harm = (datagram: Buffer): string | undefined => {
  const before = worked();
  try {
    readAll(datagram);
  } catch (error) {
    if (!(error instanceof MalformedError)) return `${String(error)} from ${datagram.toString('hex')}`;
  }
  const took = worked() - before;
  return took > 10 ? `${took} ms for ${datagram.length} bytes` : undefined;
};

const datagramOf = <T>(type: number, codec: Codec<T>, values: fc.Arbitrary<T>): fc.Arbitrary<Buffer> =>
  values.map((value) => requestOf(1, { type, flags: 0x400, family: 2, codec, values: value }).bytes());

const good = fc.oneof(
  datagramOf(0x100, connectionEntry, anyEntry),
  datagramOf(0x102, connectionEntry, anyEntry),
  datagramOf(0x400, packetAttributes, anyPacket),
  fc.tuple(u32, octets(0, 60), fc.nat(3)).map(([errno, rest, flags]) => {
    const writer = new Writer();
    const at = writer.beginMessage(2, flags << 8, 1);
    writer.u32(errno);
    writer.raw(rest);
    writer.endMessage(at);
    return writer.bytes();
  }),
);

/** Some bytes of it overwritten by what is likely to hurt: small numbers, large ones, others' bytes; and then perhaps cut. */
const spoilt = (datagram: Buffer, spoils: readonly (readonly [at: number, value: number])[], keep: number): Buffer => {
  const copy = Buffer.from(datagram);
  for (const [at, value] of spoils) copy[at % copy.length] = value;
  return copy.subarray(0, keep % 4 === 0 ? keep % (copy.length + 1) : copy.length);
};
const likely = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 0x7f, 0x80, 0xff), u8);
const spoils = fc.array(fc.tuple(u16, likely), { minLength: 1, maxLength: 6 });
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 20, maxLength: 20 });

describe('bytes of nobody knows whom', () => {
  it('do no harm and take no time: good messages, spoilt', () => {
    let count = 0;
    fc.assert(
      fc.property(good, several(fc.tuple(spoils, u16)), (datagram, all) => {
        for (const [what, keep] of all) expect(harm(spoilt(datagram, what, keep))).toBeUndefined();
        count += all.length;
      }),
      { numRuns: 4000 },
    );
    expect(count).toBe(80_000);
  });

  it('do no harm and take no time: anything', () => {
    const header = fc.tuple(fc.constantFrom(2, 3, 0x100, 0x102, 0x400), octets(0, 300)).map(([type, content]) => {
      const writer = new Writer();
      const at = writer.beginMessage(type, 0, 0);
      writer.raw(content);
      writer.endMessage(at);
      return writer.bytes();
    });
    fc.assert(fc.property(several(fc.oneof(header, octets(0, 300))), (all) => void all.forEach((datagram) => expect(harm(datagram)).toBeUndefined())), { numRuns: 1000 });
  });

  it('take no time though they are long', () => {
    // Attributes without content, as many as there can be; and texts without an end.
    const long = (type: number): Buffer => {
      const writer = new Writer();
      const at = writer.beginMessage(type, 0, 0);
      writer.u32(2);
      for (let i = 0; i < 16_000; i++) writer.end(writer.begin(i % 2 === 0 ? 40 : 16));
      writer.endMessage(at);
      return writer.bytes();
    };
    for (const type of [0x100, 0x400]) for (let i = 0; i < 5; i++) harm(long(type));
    for (const type of [0x100, 0x400]) expect(harm(long(type))).toBeUndefined();
  });
});
