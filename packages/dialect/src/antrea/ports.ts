/**
 * `ports` and `protocols` of Antrea's rules; a rule with both means either.
 *
 * @module
 */
import { isEmpty, type ForeignRecord, isAbsent, type Notebook, type Path } from '../notebook.ts';
import { readKubernetesPort, transports } from '../port-entries.ts';
import type { Alternatives } from '../rule-body.ts';
import type { Plain } from '../translation.ts';

const readPort = (raw: unknown, path: Path, book: Notebook): Plain | undefined => {
  const entry = book.required(raw, path, ['protocol', 'port', 'endPort', 'sourcePort', 'sourceEndPort']);
  if (entry === undefined) return undefined;
  for (const field of ['sourcePort', 'sourceEndPort']) if (!isAbsent(entry.get(field))) book.error('UNSUPPORTED', [...path, field], 'rules look at destination ports only');
  const protocol = isAbsent(entry.get('protocol')) ? 'TCP' : book.choice(entry.get('protocol'), [...path, 'protocol'], transports);
  return protocol === undefined ? undefined : readKubernetesPort(protocol, { port: entry.get('port'), endPort: entry.get('endPort') }, path, book);
};

/** ICMP without a family: an allow means that of IPv4, which alone is certain; everything else means both. */
const readIcmp = (raw: unknown, path: Path, action: string | undefined, book: Notebook): readonly Plain[] => {
  const object = book.object(raw, path, ['icmpType', 'icmpCode']);
  const type = book.integer(object?.get('icmpType'), [...path, 'icmpType'], [0, 255]);
  const code = book.integer(object?.get('icmpCode'), [...path, 'icmpCode'], [0, 255]);
  if (type === undefined && code !== undefined) book.error('UNSUPPORTED', [...path, 'icmpCode'], 'a code without a type cannot be said here');
  const icmp = type === undefined ? {} : { icmp: { type, ...(code === undefined ? {} : { code }) } };
  const four = { protocol: 'ICMP', ...icmp };
  return action === 'Allow' ? [four] : [four, { protocol: 'ICMPv6', ...icmp }];
};

const readProtocol = (raw: unknown, path: Path, action: string | undefined, book: Notebook): readonly Plain[] => {
  const entry = book.required(raw, path, ['icmp', 'igmp']);
  if (entry === undefined) return [];
  if (entry.has('icmp') && !entry.has('igmp')) return readIcmp(entry.get('icmp'), [...path, 'icmp'], action, book);
  if (!entry.has('igmp') || entry.has('icmp')) return book.error('PORT_INVALID', path, 'one of icmp and igmp is expected here') ?? [];
  const igmp = book.object(entry.get('igmp'), [...path, 'igmp'], ['igmpType', 'groupAddress']);
  if (igmp !== undefined) book.unsayable(igmp, ['igmpType', 'groupAddress'], [...path, 'igmp'], 'protocols other than ICMP have no type');
  return [{ protocol: 2 }];
};

export const readPorts = (rule: ForeignRecord, path: Path, action: string | undefined, book: Notebook): Alternatives => {
  if (isEmpty(rule.get('ports')) && isEmpty(rule.get('protocols'))) return 'any';
  const ports = book.list(rule.get('ports'), [...path, 'ports'])?.map((item, i) => readPort(item, [...path, 'ports', i], book)) ?? [];
  const protocols = book.list(rule.get('protocols'), [...path, 'protocols'])?.flatMap((item, i) => readProtocol(item, [...path, 'protocols', i], action, book)) ?? [];
  return [...ports.filter((one) => one !== undefined), ...protocols];
};
