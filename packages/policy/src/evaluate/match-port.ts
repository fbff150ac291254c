/**
 * Are protocol and port one of a rule's? Names are resolved at the destination: the subject for ingress, whoever holds the
 * destination address for egress.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import { allPorts, protocolNumbers } from '@firsthop/netaddr';
import type { PortMatch } from '../rule.ts';
import type { Question } from './question.ts';
import { workloadsAt } from './view.ts';
import type { Probe } from './world.ts';

const matchesRange = ({ protocol, range }: PortMatch & { readonly kind: 'range' }, probe: Probe): boolean => {
  if (probe.protocol !== protocolNumbers[protocol]) return false;
  // A fragment or a malformed packet has no port: only "every port" is about it.
  if (probe.port === undefined) return range.first === allPorts.first && range.last === allPorts.last;
  return range.first <= probe.port && probe.port <= range.last;
};

const matchesName = ({ protocol, name }: PortMatch & { readonly kind: 'named' }, probe: Probe, destinations: readonly Workload[]): boolean =>
  destinations.some(({ ports }) =>
    ports.some((port) => port.name === name && (protocol === undefined || port.protocol === protocol) && protocolNumbers[port.protocol] === probe.protocol && port.number === probe.port),
  );

const matchesIcmp = ({ protocol, type, code }: PortMatch & { readonly kind: 'icmp' }, probe: Probe): boolean => {
  if (probe.protocol !== protocolNumbers[protocol]) return false;
  return (type === undefined || probe.icmp?.type === type) && (code === undefined || probe.icmp?.code === code);
};

export const destinationsOf = ({ view, direction, subject, remote }: Question): readonly Workload[] => (direction === 'ingress' ? [subject] : workloadsAt(view, remote));

export const matchesPort = (port: PortMatch, question: Question): boolean => {
  switch (port.kind) {
    case 'range':
      return matchesRange(port, question.probe);
    case 'named':
      return matchesName(port, question.probe, destinationsOf(question));
    case 'icmp':
      return matchesIcmp(port, question.probe);
    case 'protocol':
      return port.number === question.probe.protocol;
  }
};
