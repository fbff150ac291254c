/** A flow table as the kernel writes it: the bytes are of `struct nlattr`, by hand. */
import { expect, it } from 'vitest';
import { flowTable } from './flow-table.ts';

const attribute = (type: number, content: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(4 + content.length, 0);
  head.writeUInt16LE(type, 2);
  return Buffer.concat([head, content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
};
const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const word = (text: string): Buffer => Buffer.from(`${text}\0`);

it('is read with the devices that it takes packets of', () => {
  const devices = attribute(3 | 0x8000, Buffer.concat([attribute(1, word('eth0')), attribute(1, word('cali1'))]));
  const bytes = Buffer.concat([attribute(1, word('fast')), attribute(2, word('f')), attribute(4, number(2)), attribute(3 | 0x8000, Buffer.concat([attribute(1, number(0)), attribute(2, number(-10)), devices]))]);
  expect(flowTable.read(bytes, 0, bytes.length)).toEqual({ table: 'fast', name: 'f', use: 2, hook: { number: 0, priority: -10, devices: ['eth0', 'cali1'] } });
});
