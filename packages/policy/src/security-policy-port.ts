/**
 * Port entries of our own kinds: TCP, UDP, SCTP by number, range or name; ICMP and ICMPv6 by type and code; others by number.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import type { TransportName } from '@firsthop/netaddr';
import type { PolicyError } from './policy-error.ts';
import { readPortNumbers } from './port-numbers.ts';
import { describe, errorsOf, fault, type ForeignRecord, isAbsent, type Path, type Read, readInteger, readObject, refuse, unknownFields } from './reading.ts';
import type { PortMatch } from './rule.ts';

type NamedProtocol = TransportName | 'ICMP' | 'ICMPv6';

const names: readonly NamedProtocol[] = ['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6'];
/** Their numbers say the same, so that `protocol: 6` may have ports. */
const numbers: ReadonlyMap<number, NamedProtocol> = new Map([[1, 'ICMP'], [6, 'TCP'], [17, 'UDP'], [58, 'ICMPv6'], [132, 'SCTP']]);

const readProtocol = (raw: unknown, path: Path): Read<NamedProtocol | number> => {
  if (isAbsent(raw)) return ok('TCP');
  if (typeof raw === 'number') {
    const number = readInteger(raw, path, [0, 255], 'UNKNOWN_VALUE');
    return number.ok ? ok(numbers.get(number.value) ?? number.value) : number;
  }
  const name = names.find((one) => one === raw);
  return name === undefined ? refuse(typeof raw === 'string' ? 'UNKNOWN_VALUE' : 'TYPE', path, `${describe(raw)} is not a protocol: one of ${names.join(', ')}, or a number 0..255`) : ok(name);
};

const notHere = (entry: ForeignRecord, fields: readonly string[], path: Path, protocol: string): PolicyError[] =>
  fields.filter((field) => !isAbsent(entry.get(field))).map((field) => fault('PORT_INVALID', [...path, field], `${protocol} has no ${field}`));

const readIcmp = (entry: ForeignRecord, path: Path, protocol: 'ICMP' | 'ICMPv6'): Read<PortMatch> => {
  const raw = entry.get('icmp');
  if (isAbsent(raw)) return ok({ kind: 'icmp', protocol });
  const at = [...path, 'icmp'];
  const object = readObject(raw, at, '{type, code}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['type', 'code'], at);
  const type = readInteger(object.value.get('type'), [...at, 'type'], [0, 255], 'PORT_INVALID');
  const written = object.value.get('code');
  const code = isAbsent(written) ? ok(undefined) : readInteger(written, [...at, 'code'], [0, 255], 'PORT_INVALID');
  if (unknown.length > 0 || !type.ok || !code.ok) return fail([...unknown, ...errorsOf(type), ...errorsOf(code)]);
  return ok({ kind: 'icmp', protocol, type: type.value, ...(code.value === undefined ? {} : { code: code.value }) });
};

const readEntry = (entry: ForeignRecord, path: Path, protocol: NamedProtocol | number): Read<PortMatch> => {
  if (protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP') {
    const wrong = notHere(entry, ['icmp'], path, protocol);
    return wrong.length > 0 ? fail(wrong) : readPortNumbers(entry, path, protocol);
  }
  const isIcmp = protocol === 'ICMP' || protocol === 'ICMPv6';
  const wrong = notHere(entry, isIcmp ? ['port', 'endPort'] : ['port', 'endPort', 'icmp'], path, isIcmp ? protocol : `protocol ${protocol}`);
  if (wrong.length > 0) return fail(wrong);
  return isIcmp ? readIcmp(entry, path, protocol) : ok({ kind: 'protocol', number: protocol });
};

export const readSecurityPort = (raw: unknown, path: Path): Read<PortMatch> => {
  const entry = readObject(raw, path, '{protocol, port}');
  if (!entry.ok) return entry;
  const unknown = unknownFields(entry.value, ['protocol', 'port', 'endPort', 'icmp'], path);
  const protocol = readProtocol(entry.value.get('protocol'), [...path, 'protocol']);
  if (unknown.length > 0 || !protocol.ok) return fail([...unknown, ...errorsOf(protocol)]);
  return readEntry(entry.value, path, protocol.value);
};
