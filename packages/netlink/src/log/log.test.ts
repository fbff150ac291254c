import { describe, expect, it } from 'vitest';
import { MalformedError } from '../attributes/codec.ts';
import { Writer } from '../attributes/writer.ts';
import { contentOf } from '../nf-tables/nfnetlink.ts';
import { messagesIn } from '../message.ts';
import { bindRequest, groupAttributes, type GroupSettings } from './group-settings.ts';
import { readLogPacket } from './packet.ts';
import { SequenceGaps } from './sequence-gaps.ts';

const message = (type: number, content: string): ReturnType<typeof readLogPacket> => {
  const writer = new Writer();
  const at = writer.beginMessage(type, 0, 0);
  writer.raw(Buffer.from(content.replaceAll(/\s/g, ''), 'hex'));
  writer.endMessage(at);
  const [one] = messagesIn(writer.bytes());
  return readLogPacket(one!);
};
const frame = '02000005';

describe('a packet', () => {
  it('is read whole', () => {
    const content = `${frame} 08000100 08000200 06000a00 78000000 14000300 0000000065000000 00000000000f4240 08000400 00000003 08000800 ffff0000`;
    expect(message(0x400, content.replace('08000800 ffff0000', '10000800 0006 0000 0a0b0c0d0e0f 0000'))).toEqual({
      family: 2,
      group: 5,
      header: { etherType: 0x800, hook: 2 },
      prefix: 'x',
      time: 0x6500_0000n * 1_000_000_000n + 1_000_000_000n,
      inDevice: 3,
      hardwareAddress: Buffer.from('0a0b0c0d0e0f', 'hex'),
      payload: Buffer.alloc(0),
    });
  });

  it('is none in a message of another kind', () => {
    for (const type of [3, 0x401, 0x100]) expect(message(type, frame)).toBeUndefined();
  });

  it.each([
    { what: 'no frame', content: '' },
    { what: 'half a header', content: `${frame} 06000100 0800` },
    { what: 'half a time', content: `${frame} 0c000300 0000000065000000` },
    { what: 'a hardware address longer than its attribute', content: `${frame} 0a000800 0006 0000 0a0b` },
    { what: 'a hardware address longer than any', content: `${frame} 14000800 000a 0000 0a0b0c0d0e0f101112131415` },
    { what: 'a hardware address without length', content: `${frame} 06000800 0006` },
  ])('is malformed with $what', ({ content }) => {
    expect(() => message(0x400, content)).toThrow(MalformedError);
  });
});

describe('a log group', () => {
  const bound = (settings: GroupSettings): unknown => {
    const [request] = messagesIn(bindRequest(1, settings).bytes());
    expect(request).toMatchObject({ type: 0x401, flags: 5 });
    expect(request!.buffer.readUInt16BE(request!.start + 2)).toBe(settings.group);
    return contentOf(request!, groupAttributes);
  };

  it.each([
    { name: 'each packet at once, whole, if nothing is said', settings: { group: 5 }, values: { command: 1, copy: { mode: 2, range: 0xffff }, threshold: 1, flags: 3 } },
    { name: 'as said', settings: { group: 0xffff, range: 96, datagramSize: 65_536, threshold: 50, longestDelay: 100 }, values: { command: 1, copy: { mode: 2, range: 96 }, datagramSize: 65_536, threshold: 50, delay: 10, flags: 3 } },
    { name: 'a delay that is shorter than a tick of the kernel', settings: { group: 1, longestDelay: 1 }, values: { command: 1, copy: { mode: 2, range: 0xffff }, threshold: 1, delay: 1, flags: 3 } },
  ])('is bound: $name', ({ settings, values }) => {
    expect(bound(settings)).toEqual(values);
  });

  it.each([{ group: -1 }, { group: 65_536 }, { group: 1.5 }, { group: 1, range: 65_536 }, { group: 1, datagramSize: 131_073 }])('refuses %j', (settings) => {
    expect(() => bindRequest(1, settings)).toThrow(RangeError);
  });
});

describe('gaps', () => {
  it.each([
    { name: 'none', numbers: [0, 1, 2], missing: [0, 0, 0] },
    { name: 'from the start', numbers: [3, 4], missing: [3, 0] },
    { name: 'in between', numbers: [0, 5, 6, 8], missing: [0, 4, 0, 1] },
    { name: 'that begin anew', numbers: [0, 1, 0, 1, 2], missing: [0, 0, 0, 0, 0] },
  ])('$name', ({ numbers, missing }) => {
    const gaps = new SequenceGaps();
    expect(numbers.map((number) => gaps.missingBefore(number))).toEqual(missing);
  });

  it('go over the end of the numbers', () => {
    const gaps = new SequenceGaps();
    for (const near of [0x7fff_0000, 0xfffe_0000, 0xffff_fffe]) gaps.missingBefore(near);
    expect(gaps.missingBefore(2)).toBe(3);
    expect(gaps.missingBefore(3)).toBe(0);
  });
});
