/**
 * Ports of a rule as protocols and numbers.
 *
 * @module
 */
import type { NamedPort } from '@firsthop/inventory';
import { allPorts, icmpRange, protocolNumbers } from '@firsthop/netaddr';
import type { PlanService } from '@firsthop/plan';
import type { PortMatch } from '@firsthop/policy';

const everyType = Array.from({ length: 256 }, (_, type) => type);

/** A code without a type is that code of every type. */
const icmpServices = ({ protocol, type, code }: PortMatch & { readonly kind: 'icmp' }): PlanService[] => {
  const number = protocolNumbers[protocol];
  if (type === undefined && code === undefined) return [{ protocol: number }];
  return (type === undefined ? everyType : [type]).map((one) => ({ protocol: number, ports: icmpRange(one, code) }));
};

/** Services of a port that says its number itself. */
const numbered = (port: Exclude<PortMatch, { readonly kind: 'named' }>): PlanService[] => {
  switch (port.kind) {
    case 'range': {
      const isAll = port.range.first === allPorts.first && port.range.last === allPorts.last;
      return [isAll ? { protocol: protocolNumbers[port.protocol] } : { protocol: protocolNumbers[port.protocol], ports: port.range }];
    }
    case 'icmp':
      return icmpServices(port);
    case 'protocol':
      return [{ protocol: port.number }];
  }
};

const nameServices = (port: PortMatch & { readonly kind: 'named' }, names: readonly NamedPort[]): PlanService[] =>
  names
    .filter(({ name, protocol }) => name === port.name && (port.protocol === undefined || protocol === port.protocol))
    .map(({ protocol, number }) => ({ protocol: protocolNumbers[protocol], ports: { first: number, last: number } }));

/** `names: undefined`: names mean nothing here, they are resolved elsewhere. */
export const resolveServices = (ports: readonly PortMatch[], names: readonly NamedPort[] | undefined): PlanService[] =>
  ports.flatMap((port) => (port.kind === 'named' ? nameServices(port, names ?? []) : numbered(port)));
