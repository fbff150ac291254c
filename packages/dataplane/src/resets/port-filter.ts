/**
 * Classic BPF that keeps TCP of certain pairs of ports, so that a busy interface does not wake us for each of its packets. Pure.
 *
 * @module
 */
import type { TcpPath } from './tcp-frame.ts';

/** `linux/filter.h`. */
const op = { loadHalf: 0x28, loadByte: 0x30, loadHeaderLength: 0xb1, loadWordIndexed: 0x40, jump: 0x05, jumpEqual: 0x15, jumpBits: 0x45, setIndex: 0x01, keep: 0x06 } as const;
const ETHERNET = 14;
const TCP = 6;
const headerBytes = 128;
/** Jumps go no farther than 255. */
const most = 200;

const instruction = (code: number, value: number, ifTrue = 0, ifFalse = 0): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifTrue, 2);
  bytes.writeUInt8(ifFalse, 3);
  bytes.writeUInt32LE(value, 4);
  return bytes;
};

/** Both ports in one word, as they stand in the header. */
const portsOf = ({ fromPort, toPort }: Pick<TcpPath, 'fromPort' | 'toPort'>): number => fromPort * 0x1_0000 + toPort;

/** Of whoever sends them. Of very many pairs all TCP is kept. */
export const portFilter = (paths: readonly Pick<TcpPath, 'fromPort' | 'toPort'>[]): Buffer => {
  const all = [...new Set(paths.map(portsOf))];
  const words = all.length > most ? [] : all;
  const [reject, keep] = [instruction(op.keep, 0), instruction(op.keep, headerBytes)];
  const firstTest = 13;
  const rejectAt = words.length === 0 ? firstTest + 1 : firstTest + words.length;
  const toReject = (at: number): number => rejectAt - at - 1;
  return Buffer.concat([
    instruction(op.loadHalf, 12),
    instruction(op.jumpEqual, 0x86dd, 7, 0),
    instruction(op.jumpEqual, 0x0800, 0, toReject(2)),
    instruction(op.loadByte, ETHERNET + 9),
    instruction(op.jumpEqual, TCP, 0, toReject(4)),
    // A later piece of a datagram has no ports.
    instruction(op.loadHalf, ETHERNET + 6),
    instruction(op.jumpBits, 0x1fff, toReject(6), 0),
    instruction(op.loadHeaderLength, ETHERNET),
    instruction(op.jump, 3),
    // IPv6 has a header of forty bytes.
    instruction(op.loadByte, ETHERNET + 6),
    instruction(op.jumpEqual, TCP, 0, toReject(10)),
    instruction(op.setIndex, 40),
    instruction(op.loadWordIndexed, ETHERNET),
    ...words.map((word, i) => instruction(op.jumpEqual, word, words.length - i, 0)),
    ...(words.length === 0 ? [keep, reject] : [reject, keep]),
  ]);
};
