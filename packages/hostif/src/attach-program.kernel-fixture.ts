/**
 * For tests: the smallest BPF program there is, which lets everything pass, attached where programs can be.
 *
 * @module
 */
import { withinNamespace } from '@firsthop/netlink';
import type * as Koffi from 'koffi';
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';

const PROG_LOAD = 5;
const LINK_CREATE = 28;
const EAGAIN = 11;
const places = { 'tcx ingress': { program: 3, attach: 46, verdict: 0 }, 'tcx egress': { program: 3, attach: 47, verdict: 0 }, xdp: { program: 6, attach: 37, verdict: 2 } } as const;

/** Stands until the returned function is called. */
export const attachProgram = (namespace: string, device: string, where: keyof typeof places): (() => void) => {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  const library = koffi.load('libc.so.6');
  const syscall = library.func('long syscall(long, int, void*, uint32_t)');
  const indexOf = library.func('uint32_t if_nametoindex(const char*)');
  const { program, attach, verdict } = places[where];
  const call = (command: number, attributes: Buffer): number => {
    // The verifier gives up where a signal comes in between.
    for (let i = 0; i < 20; i++) {
      const result = Number(syscall(process.arch === 'arm64' ? 280 : 321, command, attributes, attributes.length));
      if (result >= 0) return result;
      if (koffi.errno() !== EAGAIN) break;
    }
    throw new Error(`bpf ${command}: errno ${koffi.errno()}`);
  };
  // r0 = verdict; exit
  const instructions = Buffer.from([0xb7, 0, 0, 0, verdict, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);
  const license = Buffer.from('Apache-2.0\0');
  const load = Buffer.alloc(128);
  load.writeUInt32LE(program, 0);
  load.writeUInt32LE(2, 4);
  load.writeBigUInt64LE(BigInt(koffi.address(instructions)), 8);
  load.writeBigUInt64LE(BigInt(koffi.address(license)), 16);
  load.writeUInt32LE(attach, 68);
  const loaded = call(PROG_LOAD, load);
  return withinNamespace(namespace, () => {
    const link = Buffer.alloc(64);
    link.writeUInt32LE(loaded, 0);
    link.writeUInt32LE(Number(indexOf(device)), 4);
    link.writeUInt32LE(attach, 8);
    const attached = call(LINK_CREATE, link);
    closeSync(loaded);
    return () => closeSync(attached);
  });
};
