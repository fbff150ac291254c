/**
 * A port as the destination endpoint sees it: names resolved there, Service ports translated.
 *
 * @module
 */
import { ok, quoteForeign, type Result } from '@firsthop/base';
import type { ServicePort, Workload } from '@firsthop/inventory';
import { protocolNumbers } from '@firsthop/netaddr';
import type { Party } from './parties.ts';
import { type ProbeFault, probeFault } from './probe-fault.ts';

type Port = Result<number, ProbeFault>;

const path = ['port'];

const isPort = (raw: unknown): raw is number => typeof raw === 'number' && Number.isInteger(raw) && raw >= 1 && raw <= 65_535;

const atWorkload = (wanted: string | number, workload: Workload | undefined, protocol: number): Port => {
  if (typeof wanted === 'number') return isPort(wanted) ? ok(wanted) : probeFault('PORT_INVALID', path, 'a port is 1..65535');
  const found = workload?.ports.find((port) => port.name === wanted && protocolNumbers[port.protocol] === protocol);
  return found === undefined ? probeFault('NOT_FOUND', path, `the destination has no port ${quoteForeign(wanted)} of this protocol`) : ok(found.number);
};

const atService = (wanted: string | number, ports: readonly ServicePort[], protocol: number): ServicePort | undefined =>
  ports.find((port) => protocolNumbers[port.protocol] === protocol && (typeof wanted === 'number' ? port.port === wanted : port.name === wanted));

export const destinationPort = (raw: unknown, { service, workload }: Party, protocol: number): Port => {
  if (typeof raw !== 'string' && typeof raw !== 'number') return probeFault(raw === undefined ? 'REQUIRED' : 'TYPE', path, 'a port number, or a name that the destination gives to one of its ports, is expected here');
  if (service === undefined) return atWorkload(raw, workload, protocol);
  const port = atService(raw, service.ports, protocol);
  if (port !== undefined) return atWorkload(port.targetPort, workload, protocol);
  // A container port's name is clear also where the Service calls it otherwise.
  return typeof raw === 'string' ? atWorkload(raw, workload, protocol) : probeFault('NOT_FOUND', path, `the Service has no port ${raw} of this protocol`);
};
