/**
 * Protocol and destination ports of a Calico rule. What is negated becomes its complement, so nothing is lost.
 *
 * @module
 */
import { describe, type ForeignRecord, isAbsent, isEmpty, type Notebook, type Path } from '../notebook.ts';
import { highestPort, lowestPort, portNumber, readPortName, type Range, type Transport, transports, writeRange } from '../port-entries.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';

const numbers: ReadonlyMap<string, number> = new Map([['icmp', 1], ['tcp', 6], ['udp', 17], ['icmpv6', 58], ['sctp', 132], ['udplite', 136]]);
const names: ReadonlyMap<number, string> = new Map([[1, 'ICMP'], [6, 'TCP'], [17, 'UDP'], [58, 'ICMPv6'], [132, 'SCTP']]);
const isTransport = (name: string | number): name is Transport => transports.some((one) => one === name);

const readProtocol = (raw: unknown, path: Path, book: Notebook): number | undefined => {
  if (isAbsent(raw)) return undefined;
  const digits = typeof raw === 'string' && /^\d{1,3}$/.test(raw) ? Number(raw) : raw;
  const number = typeof digits === 'number' ? digits : typeof digits === 'string' ? numbers.get(digits.toLowerCase()) : undefined;
  const isValid = number !== undefined && Number.isInteger(number) && number >= 1 && number <= 255;
  return isValid ? number : book.error('UNKNOWN_VALUE', path, `${describe(raw)} is not a protocol: one of TCP, UDP, ICMP, ICMPv6, SCTP, UDPLite, or a number 1..255`);
};

const nameOf = (number: number): string | number => names.get(number) ?? number;

interface PortList {
  readonly ranges: readonly Range[];
  readonly names: readonly string[];
}

const readPort = (raw: unknown, path: Path, book: Notebook): Range | string | undefined => {
  const whole = portNumber(raw);
  if (whole !== undefined) return { first: whole, last: whole };
  if (typeof raw !== 'string' || !raw.includes(':')) return readPortName(raw, path, book);
  const [first, last, more] = raw.split(':').map(portNumber);
  const isRange = first !== undefined && last !== undefined && more === undefined && raw.split(':').length === 2 && first <= last;
  return isRange ? { first, last } : book.error('PORT_INVALID', path, `${describe(raw)} is not a range such as 80:90`);
};

const readPortList = (raw: unknown, path: Path, book: Notebook): PortList | undefined => {
  if (isEmpty(raw)) return undefined;
  const ports = (book.list(raw, path) ?? []).map((item, i) => readPort(item, [...path, i], book));
  return { ranges: ports.filter((one) => typeof one === 'object'), names: ports.filter((one) => typeof one === 'string') };
};

/** What is left of all ports, or of the given ranges, without the others. */
const subtract = (ranges: readonly Range[], holes: readonly Range[]): readonly Range[] =>
  holes.reduce<readonly Range[]>((rest, hole) => rest.flatMap(({ first, last }) => [{ first, last: Math.min(last, hole.first - 1) }, { first: Math.max(first, hole.last + 1), last }].filter((one) => one.first <= one.last)), ranges);

const writePorts = (protocol: Transport, entity: ForeignRecord, path: Path, book: Notebook): readonly Plain[] => {
  const ports = readPortList(entity.get('ports'), [...path, 'ports'], book);
  const notPorts = readPortList(entity.get('notPorts'), [...path, 'notPorts'], book);
  if (ports === undefined && notPorts === undefined) return [{ protocol }];
  if (notPorts !== undefined && notPorts.names.length + (ports?.names.length ?? 0) > 0) book.error('UNSUPPORTED', [...path, 'notPorts'], 'which number a port name has is not known, so it cannot be left out');
  const ranges = subtract(ports?.ranges ?? [{ first: lowestPort, last: highestPort }], notPorts?.ranges ?? []);
  return [...ranges.map((range) => writeRange(protocol, range)), ...(ports?.names ?? []).map((port) => ({ protocol, port }))];
};

interface Icmp {
  readonly type: number;
  readonly code: number | undefined;
}

/** Undefined: every type. */
const readIcmp = (raw: unknown, path: Path, book: Notebook): Icmp | undefined => {
  const object = book.object(raw, path, ['type', 'code']);
  const type = book.integer(object?.get('type'), [...path, 'type'], [0, 254]);
  const code = book.integer(object?.get('code'), [...path, 'code'], [0, 255]);
  if (type === undefined && code !== undefined) book.error('UNSUPPORTED', [...path, 'code'], 'a code belongs to a type');
  return type === undefined ? undefined : { type, code };
};

const everyByte = Array.from({ length: 256 }, (_, i) => i);

const icmpEntry = (protocol: string | number, { type, code }: Icmp): Plain => ({ protocol, icmp: { type, ...(code === undefined ? {} : { code }) } });

/** Every other type, and of this one every other code. */
const otherIcmp = ({ type, code }: Icmp): readonly Icmp[] => [
  ...everyByte.filter((other) => other !== type).map((other) => ({ type: other, code: undefined })),
  ...(code === undefined ? [] : everyByte.filter((other) => other !== code).map((other) => ({ type, code: other }))),
];

const writeIcmp = (protocol: string | number, rule: ForeignRecord, path: Path, book: Notebook): readonly Plain[] => {
  const icmp = readIcmp(rule.get('icmp'), [...path, 'icmp'], book);
  const notIcmp = readIcmp(rule.get('notICMP'), [...path, 'notICMP'], book);
  if (notIcmp === undefined) return [icmp === undefined ? { protocol } : icmpEntry(protocol, icmp)];
  if (icmp !== undefined) return book.error('UNSUPPORTED', [...path, 'notICMP'], 'icmp and notICMP in one rule cannot be said here') ?? [];
  return otherIcmp(notIcmp).map((one) => icmpEntry(protocol, one));
};

const portFields = ['ports', 'notPorts'];

/** `destination`: the rule's side of that name, whose ports they are. */
export const readPorts = (rule: ForeignRecord, destination: ForeignRecord, path: Path, book: Notebook): Alternatives => {
  const protocol = readProtocol(rule.get('protocol'), [...path, 'protocol'], book);
  const notProtocol = readProtocol(rule.get('notProtocol'), [...path, 'notProtocol'], book);
  const name = protocol === undefined ? undefined : nameOf(protocol);
  const isIcmp = name === 'ICMP' || name === 'ICMPv6';
  for (const field of ['icmp', 'notICMP']) if (!isIcmp && !isEmpty(rule.get(field))) book.error('PORT_INVALID', [...path, field], `${field} needs the protocol ICMP or ICMPv6`);
  for (const field of portFields) if (!isEmpty(destination.get(field)) && (name === undefined || !isTransport(name))) book.error('PORT_INVALID', [...path, 'destination', field], 'ports need the protocol TCP, UDP or SCTP');
  if (name === undefined) return notProtocol === undefined ? 'any' : [0, ...everyByte.slice(1)].filter((one) => one !== notProtocol).map((one) => ({ protocol: nameOf(one) }));
  if (notProtocol !== undefined && notProtocol === protocol) return [];
  if (isTransport(name)) return writePorts(name, destination, [...path, 'destination'], book);
  return isIcmp ? writeIcmp(name, rule, path, book) : [{ protocol: name }];
};
