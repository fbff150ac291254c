/**
 * `TCP/443`, `443/tcp`, `ICMP`, `TCP/http`: a port as people write it.
 *
 * @module
 */
import { quoteForeign } from '@firsthop/base';
import { UsageError } from '../exit-codes.ts';

const names: ReadonlyMap<string, string> = new Map(['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6'].map((name) => [name.toUpperCase(), name]));

export const parseIcmpOrPort = (text: string): { readonly protocol: string; readonly port?: number | string } => {
  const [first = '', second] = text.split('/');
  const isReversed = second !== undefined && names.has(second.toUpperCase());
  const protocol = names.get((isReversed ? second : first).toUpperCase());
  const port = isReversed ? first : second;
  const isIcmp = protocol === 'ICMP' || protocol === 'ICMPv6';
  const isPort = port !== undefined && /^(?:\d{1,5}|[a-z\d](?:[a-z\d-]{0,13}[a-z\d])?)$/.test(port);
  if (protocol === undefined || text.split('/').length > 2 || (isIcmp ? port !== undefined : !isPort)) throw new UsageError(`${quoteForeign(text)} is no port: write TCP/443, UDP/53, SCTP/9000, ICMP, or TCP/http for a port that the destination names`);
  return { protocol, ...(port === undefined ? {} : { port: /^\d+$/.test(port) ? Number(port) : port }) };
};
