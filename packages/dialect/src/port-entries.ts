/**
 * Port entries of our own kinds, from numbers, ranges and names that foreign kinds write in their ways.
 *
 * @module
 */
import { isPortName } from '@firsthop/policy';
import { describe, isAbsent, type Notebook, type Path } from './notebook.ts';
import type { Plain } from './translation.ts';

export type Transport = 'TCP' | 'UDP' | 'SCTP';
export const transports: readonly Transport[] = ['TCP', 'UDP', 'SCTP'];

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Port 0 is no port: nobody listens there, and our own kinds refuse it. */
export const lowestPort = 1;
export const highestPort = 65_535;

export const writeRange = (protocol: Transport, { first, last }: Range): Plain => ({ protocol, port: first, ...(first === last ? {} : { endPort: last }) });

/** A number as a number or in digits; undefined where it is neither. */
export const portNumber = (raw: unknown): number | undefined => {
  const number = typeof raw === 'number' ? raw : typeof raw === 'string' && /^\d{1,5}$/.test(raw) ? Number(raw) : undefined;
  return number !== undefined && Number.isInteger(number) && number >= lowestPort && number <= highestPort ? number : undefined;
};

export const readPortName = (raw: unknown, path: Path, book: Notebook): string | undefined => {
  const name = typeof raw === 'string' ? raw.toLowerCase() : undefined;
  return name !== undefined && isPortName(name) ? name : book.error('PORT_INVALID', path, `${describe(raw)} is neither a port ${lowestPort}..${highestPort} nor the name of one`);
};

/** `port` and `endPort` of the Kubernetes kinds. Undefined after a fault. */
export const readKubernetesPort = (protocol: Transport, { port, endPort }: { readonly port: unknown; readonly endPort: unknown }, path: Path, book: Notebook): Plain | undefined => {
  if (isAbsent(port)) return isAbsent(endPort) ? { protocol } : book.error('PORT_INVALID', [...path, 'endPort'], 'endPort needs a port that it ends');
  const first = portNumber(port);
  if (first === undefined) {
    const name = readPortName(port, [...path, 'port'], book);
    if (!isAbsent(endPort)) book.error('PORT_INVALID', [...path, 'endPort'], 'a port name has no endPort');
    return name === undefined ? undefined : { protocol, port: name };
  }
  const last = isAbsent(endPort) ? first : portNumber(endPort);
  if (last === undefined || last < first) return book.error('PORT_INVALID', [...path, 'endPort'], `${describe(endPort)} is not a port from ${first} to ${highestPort}`);
  return writeRange(protocol, { first, last });
};

export const hasNames = (ports: readonly Plain[]): boolean => ports.some(({ port }) => typeof port === 'string');
