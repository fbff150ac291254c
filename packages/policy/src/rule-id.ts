/**
 * Rule ids: a hash of what the rule says, of whose rule it is and of its direction. Its position is not in it, so a rule that is
 * inserted above changes no id below. Equal rules of one list are told apart by their occurrence: 0, 1, ...
 *
 * @module
 */
import { canonicalJson, contentId } from '@firsthop/base';
import { formatCidr } from '@firsthop/netaddr';
import { canonicalWorkloadSelector } from '@firsthop/selector';
import { policyKey, type PolicyRef } from './policy.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { Direction, Peer, Rule, RuleId } from './rule.ts';

const peerContent = (peer: Peer): unknown =>
  peer.kind === 'workloads' ? { workloads: canonicalWorkloadSelector(peer.selector) } : { cidr: formatCidr(peer.cidr), except: peer.except.map(formatCidr) };

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
