/**
 * Rule ids: a hash of what the rule says, of whose rule it is and of its direction. Its position is not in it, so a rule that is
 * inserted above changes no id below. Equal rules of one list are told apart by their occurrence: 0, 1, ...
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import { formatCidr } from '@firsthop/netaddr';
import { canonicalWorkloadSelector } from '@firsthop/selector';
import { groupKey } from './group-ref.ts';
import { policyKey, type PolicyRef } from './policy.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { Direction, Peer, Rule, RuleId } from './rule.ts';

const peerContent = (peer: Peer): unknown => {
  switch (peer.kind) {
    case 'workloads':
      return { workloads: canonicalWorkloadSelector(peer.selector) };
    case 'cidr':
      return { cidr: formatCidr(peer.cidr), except: peer.except.map(formatCidr) };
    case 'nodes':
      return { nodes: canonicalWorkloadSelector({ kind: 'host', clusters: peer.clusters, namespaces: { kind: 'any' }, labels: peer.labels }) };
    case 'service':
      return { service: [peer.namespace, peer.name] };
    case 'names':
      return { names: peer.pattern };
    case 'group':
      return { group: groupKey(peer.group) };
    case 'every':
    case 'some':
      return { [peer.kind]: peer.peers.map(peerContent) };
    case 'not':
      return { not: peerContent(peer.peer) };
  }
};

const ruleContent = ({ name, action, peers, ports, log }: RuleDraft): string =>
  canonicalJson({ name, action, log, ports, peers: peers.kind === 'set' ? peers.peers.map(peerContent) : peers.kind });

const ruleId = (origin: PolicyRef, direction: Direction, content: string, occurrence: number): RuleId =>
  contentId(canonicalJson([policyKey(origin), direction, content, occurrence])) as RuleId;

export const identifyRules = (drafts: readonly RuleDraft[], origin: PolicyRef, direction: Direction): Rule[] => {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const content = ruleContent(draft);
    const occurrence = seen.get(content) ?? 0;
    seen.set(content, occurrence + 1);
    return { ...draft, id: ruleId(origin, direction, content, occurrence) };
  });
};
