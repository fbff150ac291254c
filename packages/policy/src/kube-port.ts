/**
 * Ports of policy.networking.k8s.io: `ports` of v1alpha1 and `protocols` of v1alpha2. Every entry has exactly one field.
 *
 * A name takes the protocol of the container port that it is resolved to.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { TransportName } from '@firsthop/netaddr';
import { isPortName } from './names.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Path, type Read, readChoice, readInteger, readObject, refuse, unknownFields } from './reading.ts';
import type { PortMatch } from './rule.ts';

const transports: readonly TransportName[] = ['TCP', 'UDP', 'SCTP'];

interface OneField {
  readonly field: string;
  readonly value: unknown;
  readonly path: Path;
}

const readOneField = (raw: unknown, path: Path, fields: readonly string[]): Read<OneField> => {
  const object = readObject(raw, path, `one of ${fields.join(', ')}`);
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, fields, path);
  if (unknown.length > 0) return fail(unknown);
  const written = fields.filter((field) => !isAbsent(object.value.get(field)));
  const [field] = written;
  if (field === undefined) return refuse('REQUIRED', path, `one of ${fields.join(', ')} is expected here`);
  return written.length > 1 ? refuse('PORT_INVALID', path, `${written.join(' and ')} exclude each other`) : ok({ field, value: object.value.get(field), path: [...path, field] });
};

const readNumber = (raw: unknown, path: Path): Read<number> => readInteger(raw, path, [1, 65_535], isAbsent(raw) ? 'REQUIRED' : 'PORT_INVALID');

const readName = (raw: unknown, path: Path): Read<PortMatch> =>
  typeof raw === 'string' && isPortName(raw) ? ok({ kind: 'named', protocol: undefined, name: raw }) : refuse('PORT_INVALID', path, `${describe(raw)} is not a port name: at most 15 of a-z, 0-9, "-", with a letter`);

const readSingle = (raw: unknown, path: Path, protocol: TransportName): Read<PortMatch> => {
  const port = readNumber(raw, path);
  return port.ok ? ok({ kind: 'range', protocol, range: { first: port.value, last: port.value } }) : port;
};

const readEnds = (range: ForeignRecord, path: Path, protocol: TransportName): Read<PortMatch> => {
  const first = readNumber(range.get('start'), [...path, 'start']);
  const last = readNumber(range.get('end'), [...path, 'end']);
  if (!first.ok || !last.ok) return fail([...errorsOf(first), ...errorsOf(last)]);
  if (last.value <= first.value) return refuse('PORT_INVALID', [...path, 'end'], `end is above start, and ${last.value} is not above ${first.value}`);
  return ok({ kind: 'range', protocol, range: { first: first.value, last: last.value } });
};

/** v1alpha1: TCP where no protocol is written. */
const readWithProtocol = (raw: unknown, path: Path, fields: readonly string[], read: (entry: ForeignRecord, protocol: TransportName) => Read<PortMatch>): Read<PortMatch> => {
  const entry = readObject(raw, path, `{${fields.join(', ')}}`);
  if (!entry.ok) return entry;
  const unknown = unknownFields(entry.value, fields, path);
  const written = entry.value.get('protocol');
  const protocol = isAbsent(written) ? ok<TransportName>('TCP') : readChoice(written, [...path, 'protocol'], transports);
  const port = read(entry.value, protocol.ok ? protocol.value : 'TCP');
  const errors = [...unknown, ...errorsOf(protocol), ...errorsOf(port)];
  return errors.length > 0 ? fail(errors) : port;
};

/** v1alpha1: `{portNumber}`, `{portRange}` or `{namedPort}`. */
export const readKubePort = (raw: unknown, path: Path): Read<PortMatch> => {
  const one = readOneField(raw, path, ['portNumber', 'portRange', 'namedPort']);
  if (!one.ok) return one;
  const { field, value, path: at } = one.value;
  if (field === 'namedPort') return readName(value, at);
  if (field === 'portNumber') return readWithProtocol(value, at, ['protocol', 'port'], (entry, protocol) => readSingle(entry.get('port'), [...at, 'port'], protocol));
  return readWithProtocol(value, at, ['protocol', 'start', 'end'], (entry, protocol) => readEnds(entry, at, protocol));
};

const readDestination = (raw: unknown, path: Path, protocol: TransportName): Read<PortMatch> => {
  const one = readOneField(raw, path, ['number', 'range']);
  if (!one.ok) return one;
  if (one.value.field === 'number') return readSingle(one.value.value, one.value.path, protocol);
  const range = readObject(one.value.value, one.value.path, '{start, end}');
  if (!range.ok) return range;
  const unknown = unknownFields(range.value, ['start', 'end'], one.value.path);
  return unknown.length > 0 ? fail(unknown) : readEnds(range.value, one.value.path, protocol);
};

/** v1alpha2: `{tcp}`, `{udp}`, `{sctp}`, each with a destinationPort, or `{destinationNamedPort}`. */
export const readKubeProtocol = (raw: unknown, path: Path): Read<PortMatch> => {
  const one = readOneField(raw, path, ['tcp', 'udp', 'sctp', 'destinationNamedPort']);
  if (!one.ok) return one;
  const { field, value, path: at } = one.value;
  if (field === 'destinationNamedPort') return readName(value, at);
  const destination = readOneField(value, at, ['destinationPort']);
  return destination.ok ? readDestination(destination.value.value, destination.value.path, field === 'tcp' ? 'TCP' : field === 'udp' ? 'UDP' : 'SCTP') : destination;
};
