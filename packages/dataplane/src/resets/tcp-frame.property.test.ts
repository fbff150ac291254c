/** Segments in frames: what is written is read, checksums are right, and any bytes do no harm. What is asked of an end and what its answer makes. */
import { ipv4, ipv6 } from '@firsthop/netaddr';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConversationEnds } from './conversation-ends.ts';
import { readTcpFrame, tcpFlag, type TcpSegment, writeTcpFrame } from './tcp-frame.ts';

const port = fc.integer({ min: 1, max: 65_535 });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const rest = { fromPort: port, toPort: port, flags: fc.nat(31), sequence: word, acknowledged: word };
const segment: fc.Arbitrary<TcpSegment> = fc.oneof(
  fc.record({ from: word.map(ipv4), to: word.map(ipv4), ...rest }),
  fc.record({ from: fc.bigInt(0n, 2n ** 128n - 1n).map(ipv6), to: fc.bigInt(0n, 2n ** 128n - 1n).map(ipv6), ...rest }),
);
const ends = { source: Buffer.from('020000000001', 'hex'), destination: Buffer.from('020000000002', 'hex') };

/** As RFC 1071 has it: over everything, the checksum included, it is zero. */
const sums = (bytes: Buffer): number => {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += bytes.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
};

describe('TCP in frames', () => {
  it('what is written is read', () => {
    fc.assert(fc.property(segment, (one) => void expect(readTcpFrame(writeTcpFrame(one, ends))).toEqual(one)));
  });

  it('checksums are those of the receiver', () => {
    fc.assert(
      fc.property(segment, (one) => {
        const frame = writeTcpFrame(one, ends);
        const isIpv4 = typeof one.from === 'number';
        if (isIpv4) expect(sums(frame.subarray(14, 34))).toBe(0);
        const [addresses, tcp] = isIpv4 ? [frame.subarray(26, 34), frame.subarray(34)] : [frame.subarray(22, 54), frame.subarray(54)];
        expect(sums(Buffer.concat([addresses, Buffer.from([0, 6, 0, tcp.length]), tcp]))).toBe(0);
        // One wrong bit is seen.
        tcp[4] = (tcp[4] ?? 0) ^ 1;
        expect(sums(Buffer.concat([addresses, Buffer.from([0, 6, 0, tcp.length]), tcp]))).not.toBe(0);
      }),
    );
  });

  it('any bytes are read without harm, cut anywhere', () => {
    fc.assert(
      fc.property(segment, fc.uint8Array({ maxLength: 100 }), fc.nat(100), (one, noise, cut) => {
        readTcpFrame(Buffer.from(noise));
        const short = writeTcpFrame(one, ends).subarray(0, cut);
        const read = readTcpFrame(short);
        if (read !== undefined) expect(read).toEqual(one);
      }),
    );
  });

  it('a reset says what the end says that it expects next, and only an end that was asked is reset', () => {
    fc.assert(
      fc.property(segment, segment, (one, other) => {
        fc.pre(one.from !== other.from);
        const asked = new ConversationEnds([{ path: one, link: 1, frame: ends }]);
        const [question] = asked.questions();
        expect(question?.segment).toMatchObject({ from: one.to, to: one.from, fromPort: one.toPort, toPort: one.fromPort, flags: tcpFlag.syn });
        expect(asked.answerTo(other)).toBeUndefined();
        expect(asked.isDone).toBe(false);
        expect(asked.answerTo({ ...one, flags: tcpFlag.ack })?.segment).toMatchObject({ from: one.to, to: one.from, flags: tcpFlag.rst, sequence: one.acknowledged });
        expect([asked.isDone, asked.questions()]).toEqual([true, []]);
        // Whoever says that there is no connection is not told so.
        expect(asked.answerTo({ ...one, flags: tcpFlag.rst | tcpFlag.ack })).toBeUndefined();
      }),
    );
  });
});
