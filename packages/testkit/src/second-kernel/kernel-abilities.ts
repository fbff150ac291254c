/**
 * What not every kernel can do, found out by trying. Tests of it are skipped where it is missing, and counted; under the second kernel nothing may
 * be missing.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Commands that succeed where it is there, in a namespace of their own. */
const trials = {
  'bridges with VLANs': ['ip link add br0 type bridge vlan_filtering 1'],
  'VLAN devices': ['ip link add d0 type veth peer name d1', 'ip link add link d0 name d0.5 type vlan id 5'],
  'connections of bridges': ['nft add table bridge t', 'nft add chain bridge t c { type filter hook forward priority 0 ; }', 'nft add rule bridge t c ct state established accept'],
  'flow tables': ['ip link add d0 type veth peer name d1', 'nft add table inet t', 'nft add flowtable inet t f { hook ingress priority 0 ; devices = { d0 } ; }'],
  netem: ['tc qdisc add dev lo root netem delay 1ms'],
} as const;

export type KernelAbility = keyof typeof trials | 'SCTP sockets';

const tryIn = (commands: readonly string[]): boolean => {
  const space = `fhcan-${process.pid}`;
  execFileSync('ip', ['netns', 'add', space]);
  try {
    return commands.every((command) => spawnSync('ip', ['netns', 'exec', space, ...command.split(' ')], { stdio: 'ignore' }).status === 0);
  } finally {
    execFileSync('ip', ['netns', 'del', space]);
  }
};

/** True where root may try it and it works. */
export const kernelCan = (ability: KernelAbility): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  // Loaded or built in: a socket of it would load it.
  if (ability === 'SCTP sockets') return /^SCTP /m.test(readFileSync('/proc/net/protocols', 'utf8'));
  return tryIn(trials[ability]);
};

export const kernelAbilities: readonly KernelAbility[] = [...(Object.keys(trials) as (keyof typeof trials)[]), 'SCTP sockets'];

/** How many times slower than usual this machine is: an emulated one is. */
export const slowness: number = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);

/** Milliseconds until silence is taken for a drop: the guest answers within a second, whatever else this machine does. */
export const patience: number = 250 * Math.min(4, slowness);

/** The guest says so. */
export const isSecondKernel: boolean = process.env['FIRSTHOP_SECOND_KERNEL'] === '1';
