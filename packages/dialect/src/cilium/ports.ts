/**
 * `toPorts` and `icmps` of a Cilium rule; without both, every port.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import { describe, type ForeignRecord, isAbsent, isEmpty, type Notebook, type Path } from '../notebook.ts';
import { hasNames, portNumber, readKubernetesPort, type Transport, transports } from '../port-entries.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';

export interface PortPlace {
  readonly direction: Direction;
  readonly action: Action;
}

const readProtocols = (raw: unknown, path: Path, book: Notebook): readonly Transport[] => {
  const name = typeof raw === 'string' ? raw.toUpperCase() : raw;
  if (isAbsent(name) || name === '' || name === 'ANY') return transports;
  const protocol = book.choice(name, path, transports);
  return protocol === undefined ? [] : [protocol];
};

const readPort = (raw: unknown, path: Path, { action }: PortPlace, book: Notebook): readonly Plain[] => {
  const entry = book.required(raw, path, ['port', 'endPort', 'protocol']);
  if (entry === undefined) return [];
  const protocols = readProtocols(entry.get('protocol'), [...path, 'protocol'], book);
  const port = entry.get('port');
  if (isAbsent(port)) return book.error('REQUIRED', [...path, 'port'], 'a port, or "0" for all of them, is expected here') ?? [];
  if (port === 0 || port === '0') {
    if (protocols.length > 1 && action !== 'Allow') book.error('UNSUPPORTED', [...path, 'port'], 'every port of any protocol: leave toPorts out to mean everything');
    return protocols.map((protocol) => ({ protocol }));
  }
  // Cilium writes endPort: 0 for none.
  const endPort = entry.get('endPort') === 0 ? undefined : entry.get('endPort');
  return protocols.map((protocol) => readKubernetesPort(protocol, { port, endPort }, path, book)).filter((one) => one !== undefined);
};

const layerSeven = ['rules', 'terminatingTLS', 'originatingTLS', 'serverNames', 'listener'];

const readPortRule = (raw: unknown, path: Path, place: PortPlace, book: Notebook): readonly Plain[] => {
  const rule = book.required(raw, path, ['ports', ...layerSeven]);
  if (rule === undefined) return [];
  book.unsayable(rule, layerSeven, path, 'rules look at addresses and ports only');
  const ports = book.list(rule.get('ports'), [...path, 'ports']) ?? [];
  if (ports.length === 0) book.error('REQUIRED', [...path, 'ports'], 'ports are expected here');
  return ports.flatMap((port, i) => readPort(port, [...path, 'ports', i], place, book));
};

const icmpNames: Readonly<Record<'IPv4' | 'IPv6', ReadonlyMap<unknown, number>>> = {
  IPv4: new Map<unknown, number>([['EchoReply', 0], ['DestinationUnreachable', 3], ['Redirect', 5], ['EchoRequest', 8], ['Echo', 8], ['TimeExceeded', 11], ['ParameterProblem', 12], ['Timestamp', 13], ['TimestampReply', 14]]),
  IPv6: new Map<unknown, number>([['DestinationUnreachable', 1], ['PacketTooBig', 2], ['TimeExceeded', 3], ['ParameterProblem', 4], ['EchoRequest', 128], ['EchoReply', 129], ['RouterSolicitation', 133], ['RouterAdvertisement', 134], ['NeighborSolicitation', 135], ['NeighborAdvertisement', 136]]),
};

const readIcmp = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const field = book.required(raw, path, ['type', 'family']);
  if (field === undefined) return [];
  const family = isEmpty(field.get('family')) ? 'IPv4' : book.choice(field.get('family'), [...path, 'family'], ['IPv4', 'IPv6']);
  if (family === undefined) return [];
  const written = field.get('type');
  const type = icmpNames[family].get(written) ?? (typeof written === 'string' ? portNumber(written) : written);
  if (typeof type !== 'number' || !Number.isInteger(type) || type < 0 || type > 255) return book.error('PORT_INVALID', [...path, 'type'], `${describe(written)} is not a type of ICMP in ${family}`) ?? [];
  return [{ protocol: family === 'IPv4' ? 'ICMP' : 'ICMPv6', icmp: { type } }];
};

const readIcmps = (raw: unknown, path: Path, book: Notebook): readonly Plain[] => {
  const rule = book.required(raw, path, ['fields']);
  return (book.list(rule?.get('fields'), [...path, 'fields']) ?? []).flatMap((field, i) => readIcmp(field, [...path, 'fields', i], book));
};

export const readPorts = (rule: ForeignRecord, path: Path, place: PortPlace, book: Notebook): Alternatives => {
  const [hasPorts, hasIcmps] = [!isEmpty(rule.get('toPorts')), !isEmpty(rule.get('icmps'))];
  if (hasPorts && hasIcmps) return book.error('PEER_CONFLICT', [...path, 'icmps'], 'icmps and toPorts exclude each other') ?? [];
  if (hasIcmps) return (book.list(rule.get('icmps'), [...path, 'icmps']) ?? []).flatMap((item, i) => readIcmps(item, [...path, 'icmps', i], book));
  if (!hasPorts) return 'any';
  const ports = (book.list(rule.get('toPorts'), [...path, 'toPorts']) ?? []).flatMap((item, i) => readPortRule(item, [...path, 'toPorts', i], place, book));
  // Cilium collects the numbers that a name has anywhere; here it is the destination's own, which is less.
  if (place.direction === 'egress' && place.action !== 'Allow' && hasNames(ports)) book.error('UNSUPPORTED', [...path, 'toPorts'], 'a port name towards others cannot be denied here');
  return ports;
};
