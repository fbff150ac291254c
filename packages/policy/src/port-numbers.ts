/**
 * `port` and `endPort` of a TCP, UDP or SCTP entry: absent, a number, a range, or a name.
 *
 * @module
 */
import { ok } from '@firsthop/base';
import { allPorts, type TransportName } from '@firsthop/netaddr';
import { isPortName } from './names.ts';
import { describe, type ForeignRecord, isAbsent, type Path, type Read, readInteger, refuse } from './reading.ts';
import type { PortMatch } from './rule.ts';

const readNumber = (raw: unknown, path: Path): Read<number> => readInteger(raw, path, [1, 65_535], 'PORT_INVALID');

const readNamed = (name: string, path: Path, protocol: TransportName): Read<PortMatch> =>
  isPortName(name) ? ok({ kind: 'named', protocol, name }) : refuse('PORT_INVALID', path, `${describe(name)} is neither a port number nor a port name (at most 15 of a-z, 0-9, "-", with a letter)`);

const readRange = (first: number, endPort: unknown, path: Path, protocol: TransportName): Read<PortMatch> => {
  if (isAbsent(endPort)) return ok({ kind: 'range', protocol, range: { first, last: first } });
  const last = readNumber(endPort, [...path, 'endPort']);
  if (!last.ok) return last;
  if (last.value < first) return refuse('PORT_INVALID', [...path, 'endPort'], `the range ${first}..${last.value} is empty: endPort is below port`);
  return ok({ kind: 'range', protocol, range: { first, last: last.value } });
};

export const readPortNumbers = (entry: ForeignRecord, path: Path, protocol: TransportName): Read<PortMatch> => {
  const port = entry.get('port');
  const endPort = entry.get('endPort');
  if (isAbsent(port)) return isAbsent(endPort) ? ok({ kind: 'range', protocol, range: allPorts }) : refuse('PORT_INVALID', [...path, 'endPort'], 'endPort needs port');
  if (typeof port === 'string') return isAbsent(endPort) ? readNamed(port, [...path, 'port'], protocol) : refuse('PORT_INVALID', [...path, 'endPort'], 'endPort needs port to be a number');
  const first = readNumber(port, [...path, 'port']);
  return first.ok ? readRange(first.value, endPort, path, protocol) : first;
};
