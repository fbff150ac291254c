/**
 * PORT of an assertion.
 *
 * @module
 */
import { fail, ok, quoteForeign, type Result } from '@firsthop/base';
import type { TransportName } from '@firsthop/netaddr';
import type { PortPattern } from './assertion.ts';

const transports: readonly TransportName[] = ['TCP', 'UDP', 'SCTP'];
const forms = 'write TCP/443, TCP/8000-8999, TCP/*, UDP/53, SCTP/9000, TCP/http (as the destination calls it), ICMP or any';

export const parsePort = (text: string): Result<PortPattern, string> => {
  if (text === 'any') return ok({ kind: 'any' });
  if (text === 'ICMP') return ok({ kind: 'icmp' });
  const [written, port = '', ...more] = text.split('/');
  const protocol = transports.find((one) => one === written);
  if (protocol === undefined || more.length > 0) return fail(`${quoteForeign(text)} is no port: ${/^\d{1,5}$/.test(text) ? `write TCP/${text}` : forms}`);
  if (port === '*') return ok({ kind: 'range', protocol, range: { first: 1, last: 65_535 } });
  const numbers = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(port);
  if (numbers === null) return /^(?=.*[a-z])[a-z\d](?:[a-z\d-]{0,13}[a-z\d])?$/.test(port) ? ok({ kind: 'named', protocol, name: port }) : fail(`${quoteForeign(text)} is no port: ${forms}`);
  const first = Number(numbers[1]);
  const last = Number(numbers[2] ?? numbers[1]);
  return first >= 1 && first <= last && last <= 65_535 ? ok({ kind: 'range', protocol, range: { first, last } }) : fail(`${quoteForeign(text)}: ports go from 1 to 65535, the lower one first`);
};
