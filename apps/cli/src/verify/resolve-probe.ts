/**
 * A probe as it is written, to addresses and numbers: the same for the evaluator and for a real packet.
 *
 * Family: as asked for; else that of a written address or of ICMPv6; else 4 where both sides have it, else 6.
 *
 * @module
 */
import { ok, readRecord, type Result } from '@firsthop/base';
import type { Node, Workload } from '@firsthop/inventory';
import { type Address, type Family, familyOf, icmpOf, isIcmp, isTransport, protocolNumbers } from '@firsthop/netaddr';
import { destinationPort } from './destination-port.ts';
import { findParty, type Loaded, type Party } from './parties.ts';
import { type ProbeFault, probeFault } from './probe-fault.ts';

export interface ResolvedSide {
  readonly address: Address;
  readonly workload?: Workload;
  /** A node itself, not a pod on it. */
  readonly node?: Node;
  /** Nobody that the input knows. */
  readonly outside: boolean;
}

export interface ResolvedProbe {
  readonly source: ResolvedSide;
  readonly destination: ResolvedSide;
  readonly family: Family;
  /** IANA number. */
  readonly protocol: number;
  /** Of the destination endpoint; undefined for protocols without ports. */
  readonly port: number | undefined;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
}

const has = ({ addresses }: Party, family: Family): boolean => addresses.some((address) => familyOf(address) === family);

const chooseFamily = (from: Party, to: Party, asked: Family | undefined): Result<Family, ProbeFault> => {
  const usable = ([4, 6] as const).filter((family) => has(from, family) && has(to, family) && (asked === undefined || family === asked));
  return usable[0] === undefined ? probeFault('FAMILY', [], asked === undefined ? 'the two sides have no address family in common' : `one of the sides has no IPv${asked} address`) : ok(usable[0]);
};

const sideOf = ({ addresses, workload, node }: Party, family: Family): ResolvedSide[] => {
  const address = addresses.find((one) => familyOf(one) === family);
  const outside = workload === undefined && node === undefined;
  return address === undefined ? [] : [{ address, outside, ...(workload === undefined ? {} : { workload }), ...(node === undefined ? {} : { node }) }];
};

/** `ICMP` is meant for whatever family the probe has. */
const readProtocol = (raw: unknown, family: Family): Result<number, ProbeFault> => {
  if (raw === undefined) return ok(protocolNumbers.TCP);
  if (raw === 'ICMP') return ok(icmpOf(family));
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= 255) return ok(raw);
  for (const [name, number] of Object.entries(protocolNumbers)) if (name === raw) return ok(number);
  return probeFault('UNKNOWN_VALUE', ['protocol'], 'one of TCP, UDP, SCTP, ICMP, ICMPv6 or a protocol number is expected here');
};

const echoes: ReadonlyMap<number, number> = new Map([
  [8, 128],
  [0, 129],
]);

const isByte = (raw: unknown): raw is number => typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= 255;

/** An echo request unless something else is written. Echo numbers of ICMP are translated with the protocol. */
const readIcmp = (raw: unknown, protocol: number, isTranslated: boolean): Result<ResolvedProbe['icmp'], ProbeFault> => {
  if (!isIcmp(protocol)) return ok(undefined);
  if (raw === undefined) return ok({ type: protocol === protocolNumbers.ICMP ? 8 : 128, code: 0 });
  const icmp = readRecord(raw);
  const type = icmp?.get('type');
  const code = icmp?.get('code') ?? 0;
  if (!isByte(type) || !isByte(code)) return probeFault('TYPE', ['icmp'], '{"type": 0..255, "code": 0..255} is expected here');
  return ok({ type: isTranslated ? (echoes.get(type) ?? type) : type, code });
};

interface Ends {
  readonly from: Party;
  readonly to: Party;
  readonly family: Family;
}

const finish = (probe: ReadonlyMap<string, unknown>, { from, to, family }: Ends): Result<ResolvedProbe, ProbeFault> => {
  const protocol = readProtocol(probe.get('protocol'), family);
  if (!protocol.ok) return protocol;
  const port = isTransport(protocol.value) ? destinationPort(probe.get('port'), to, protocol.value) : ok(undefined);
  if (!port.ok) return port;
  const icmp = readIcmp(probe.get('icmp'), protocol.value, probe.get('protocol') === 'ICMP' && family === 6);
  if (!icmp.ok) return icmp;
  const [source] = sideOf(from, family);
  const [destination] = sideOf(to, family);
  if (source === undefined || destination === undefined) return probeFault('FAMILY', [], `one of the sides has no IPv${family} address`);
  return ok({ source, destination, family, protocol: protocol.value, port: port.value, icmp: icmp.value });
};

export const resolveProbe = (loaded: Loaded, raw: unknown, family: Family | undefined): Result<ResolvedProbe, ProbeFault> => {
  const probe = readRecord(raw);
  if (probe === undefined) return probeFault('TYPE', [], 'a probe is {id, from, to, protocol, port}');
  const from = findParty(probe.get('from'), loaded, ['from']);
  if (!from.ok) return from;
  const to = findParty(probe.get('to'), loaded, ['to']);
  if (!to.ok) return to;
  const isV6Only = probe.get('protocol') === 'ICMPv6';
  if (isV6Only && family === 4) return probeFault('FAMILY', ['protocol'], 'ICMPv6 is no protocol of IPv4');
  const chosen = chooseFamily(from.value, to.value, isV6Only ? 6 : family);
  return chosen.ok ? finish(probe, { from: from.value, to: to.value, family: chosen.value }) : chosen;
};
