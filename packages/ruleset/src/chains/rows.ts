/**
 * Rows and decisions to chains. Both are named by their content and never change, so every group shares them.
 *
 * Ports are matched together with their protocol. ICMP is matched on its own: bytes 2 and 3 of an ICMP message are its
 * checksum, which the sender chooses, and must never be read as a port.
 *
 * @module
 */
import type { Decision, DecisionId, Row, Step } from '@firsthop/classifier';
import { isIcmp, isTransport } from '@firsthop/netaddr';
import { decisionChain, decisionCounter, rowChain } from '../names.ts';
import type { Chain } from '../nft-state.ts';
import { decisionLog } from '../render-log.ts';
import { exceptions, widest } from '../row-parts.ts';
import { verdictRules } from '../verdict-rules.ts';

const go = (decision: DecisionId): string => `goto ${decisionChain(decision)}`;
const span = ({ first, last }: Step): string => (first === last ? String(first) : `${first}-${last}`);

export const renderRow = (row: Row): [string, Chain] => {
  const protocols = [...row.protocols].sort(([a], [b]) => a - b);
  const ports = protocols.filter(([protocol]) => isTransport(protocol)).flatMap(([protocol, steps]) => exceptions(steps).map((step) => `${protocol} . ${span(step)} : ${go(step.decision)}`));
  const icmp = protocols.filter(([protocol]) => isIcmp(protocol)).flatMap(([protocol, steps]) => exceptions(steps).map((step) => `meta l4proto ${protocol} @th,0,16 ${span(step)} ${go(step.decision)}`));
  const wild = protocols.flatMap(([protocol, steps]) => {
    const decision = widest(steps);
    return decision === undefined || decision === row.rest ? [] : [`${protocol} : ${go(decision)}`];
  });
  // A protocol whose wildcard is the rest's decision still ends here: its exceptions were tried above.
  return [
    rowChain(row.id),
    { rules: [...(ports.length > 0 ? [`meta l4proto . th dport vmap { ${ports.join(', ')} }`] : []), ...icmp, ...(wild.length > 0 ? [`meta l4proto vmap { ${wild.join(', ')} }`] : []), go(row.rest)] },
  ];
};

export const renderDecision = (decision: Decision): [string, Chain] => [
  decisionChain(decision.id),
  { rules: [`counter name "${decisionCounter(decision.id)}"`, ...decisionLog(decision), ...verdictRules(decision.verdict)] },
];
