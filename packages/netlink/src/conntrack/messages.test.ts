import { describe, expect, it } from 'vitest';
import { MalformedError } from '../attributes/codec.ts';
import { type Message, messagesIn } from '../message.ts';
import type { EntryKey } from './entry.ts';
import { deleteRequest, dumpRequest, readConnection, readConntrackEvent } from './messages.ts';

const only = (hex: string): Message => {
  const [message, ...others] = messagesIn(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
  expect(others).toEqual([]);
  return message!;
};

/** As Linux 6.18 told them: a datagram from [::1]:46289 to [::1]:4242, and its end. */
const tuples = `
  4c000180 2c000180 14000300 00000000000000000000000000000001 14000400 00000000000000000000000000000001
           1c000280 05000100 11000000 06000200 b4d10000 06000300 10920000
  4c000280 2c000180 14000300 00000000000000000000000000000001 14000400 00000000000000000000000000000001
           1c000280 05000100 11000000 06000200 10920000 06000300 b4d10000
  08000c00 6d823678`;
const begun = `d8000000 0001 0006 00000000 00000000 0a000000 ${tuples} 08000300 00000008 08000800 00000007 08000700 0000001e 0c001b00 18eb2d41a8d87f81`;
const ended = `2c010000 0201 0000 00000000 8bffe9e6 0a000000 ${tuples} 08000300 00000208 08000700 0000001d
  1c000980 0c000100 0000000000000001 0c000200 0000000000000035 1c000a80 0c000100 0000000000000000 0c000200 0000000000000000
  1c001480 0c000100 18eb2d41a8d8a840 0c000200 18eb2d41b4a12935 08000800 00000007 0c001b00 18eb2d41b4a12a2f`;
const named = {
  original: { source: 1n, destination: 1n, protocol: 17, sourcePort: 46_289, destinationPort: 4242 },
  reply: { source: 1n, destination: 1n, protocol: 17, sourcePort: 4242, destinationPort: 46_289 },
  id: 0x6d82_3678,
  mark: 7,
  zone: 0,
};

describe('what the kernel tells of a connection', () => {
  it('is its beginning', () => {
    expect(readConntrackEvent(only(begun))).toEqual({ kind: 'new', entry: { ...named, status: 8, timeout: 30, happenedAt: 1_795_578_636_466_159_489n } });
  });

  it('is a change where nothing is created', () => {
    expect(readConntrackEvent(only(begun.replace('0006', '0000')))?.kind).toBe('update');
  });

  it('is its end, with what it carried', () => {
    expect(readConntrackEvent(only(ended))).toEqual({
      kind: 'destroy',
      entry: {
        ...named,
        status: 0x208,
        timeout: 29,
        originalCounters: { packets: 1n, bytes: 53n },
        replyCounters: { packets: 0n, bytes: 0n },
        times: { start: 1_795_578_636_466_169_920n, stop: 1_795_578_636_663_859_509n },
        happenedAt: 1_795_578_636_663_859_759n,
      },
    });
  });

  it('is nothing of ours where the message is of another kind', () => {
    for (const type of ['0300', '0004', '0101', '020a']) {
      expect(readConntrackEvent(only(begun.replace(' 0001 ', ` ${type} `)))).toBeUndefined();
      expect(readConnection(only(begun.replace(' 0001 ', ` ${type} `)))).toBeUndefined();
    }
    expect(readConnection(only(ended))).toBeUndefined();
  });

  it.each([
    { what: 'no frame', hex: '10000000 0001 0006 00000000 00000000' },
    { what: 'no tuples', hex: '1c000000 0001 0006 00000000 00000000 0a000000 08000c00 6d823678' },
    { what: 'an address of three bytes', hex: begun.replace('2c000180 14000300 00000000000000000000000000000001', '1f000180 07000300 00000000 14000400 00000000000000000000000000000001') },
    { what: 'an attribute that is longer than the message', hex: begun.replace('4c000180', '4c100180') },
    { what: 'no id', hex: begun.replace('08000c00', '08000b00') },
    { what: 'addresses of two families', hex: begun.replace('14000300', '14000100') },
    { what: 'no protocol', hex: begun.replace('05000100', '05000a00') },
  ])('is malformed with $what', ({ hex }) => {
    expect(() => readConntrackEvent(only(hex))).toThrow(MalformedError);
  });
});

describe('a request', () => {
  const key: EntryKey = { ...named, zone: 0 };

  it('deletes one entry, by tuple and id', () => {
    const [message] = messagesIn(deleteRequest(5, key).bytes());
    expect(message).toMatchObject({ type: 0x102, flags: 5, sequence: 5 });
    expect(message!.buffer.subarray(message!.start, message!.end).toString('hex')).toBe(
      ('0a000000' + tuples.slice(0, tuples.indexOf('4c000280')) + '08000c00 6d823678').replaceAll(/\s/g, ''),
    );
  });

  it('names the zone where there is one', () => {
    const bytes = deleteRequest(5, { ...key, zone: 9 }).bytes().toString('hex');
    expect(bytes).toContain('060012000009');
    expect(deleteRequest(5, key).bytes().toString('hex')).not.toContain('06001200');
  });

  it('is never one to delete everything', () => {
    const mixed = { ...key, original: { ...key.original, source: 1 } };
    expect(() => deleteRequest(1, mixed)).toThrow(TypeError);
    expect(() => deleteRequest(1, { ...key, original: {} } as unknown as EntryKey)).toThrow(TypeError);
  });

  it('asks for all families', () => {
    expect(dumpRequest(9).bytes().toString('hex')).toBe('1400000001010103090000000000000000000000');
  });
});
