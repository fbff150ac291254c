/**
 * What the authors of a policy set should look at: rules that never act, rules against each other, policies about nobody, and doors
 * that stand wide open.
 *
 * @module
 */
import { cidrRange, compareAddresses, familyOf, wholeFamily } from '@firsthop/netaddr';
import { decidingAt, type Direction, type Peer, type Policy, type Ports, type Rule, type Worlds } from '@firsthop/policy';
import { Atlas } from './atlas.ts';
import type { ClusterTables } from './cluster-tables.ts';
import type { Finding } from './connection.ts';
import { ruleStandings, type RuleStanding } from './rule-standing.ts';

type About = Pick<Finding, 'cluster' | 'policy' | 'path'>;
type Found = Pick<Finding, 'code' | 'severity' | 'message'>;

const isWhole = (peer: Peer): boolean => {
  if (peer.kind === 'some') return peer.peers.some(isWhole);
  if (peer.kind === 'every') return peer.peers.every(isWhole);
  if (peer.kind !== 'cidr' || peer.except.length > 0) return false;
  const { first, last } = cidrRange(peer.cidr);
  const whole = wholeFamily(familyOf(first));
  return compareAddresses(first, whole.first) === 0 && compareAddresses(last, whole.last) === 0;
};

const isEveryPort = (ports: Ports): boolean => ports.kind === 'any' || (ports.kind === 'set' && ports.ports.some((port) => port.kind === 'range' && port.range.first <= 1 && port.range.last === 65_535));

const openDoor = ({ action, peers, ports }: Rule, direction: Direction): Found[] => {
  const isAnybody = peers.kind === 'any' || (peers.kind === 'set' && peers.peers.some(isWhole));
  if (action !== 'Allow' || !isAnybody || !isEveryPort(ports)) return [];
  const whom = direction === 'ingress' ? 'anybody in, outside addresses too,' : 'everything out, to outside addresses too,';
  return [{ code: 'OVER_PERMISSIVE', severity: 'warning', message: `lets ${whom} on every port; name the peers and ports that are needed` }];
};

const neverActs = ({ instead }: RuleStanding, policy: Policy): Found => {
  const before = [...instead.keys()];
  const [first = 'something else'] = before;
  const others = before.length > 1 ? ` and ${before.length - 1} more` : '';
  if (policy.form === 'isolating' && ![...instead.values()].some(Boolean)) return { code: 'REDUNDANT', severity: 'note', message: `everything that it allows is allowed already by ${first}${others}; it can go` };
  if ([...instead.values()].some(Boolean)) return { code: 'CONTRADICTING', severity: 'warning', message: `never acts: ${first}${others} decides the opposite before it; move it up, or remove it` };
  return { code: 'SHADOWED', severity: 'warning', message: `never acts: ${first}${others} decides the same before it; remove it` };
};

const nobodyMeets = ({ peers, ports }: Rule): Found => {
  if (peers.kind === 'none' || ports.kind === 'none') return { code: 'INVALID', severity: 'error', message: 'matches nothing, because something about it is invalid' };
  return { code: 'UNUSED', severity: 'warning', message: 'matches nobody: no workload and no address is one of its peers, or no port of this name is known; correct the selector, or remove the rule' };
};

const ruleFindings = (rule: Rule, direction: Direction, policy: Policy, standing: RuleStanding | undefined): Found[] => {
  if (standing === undefined) return [nobodyMeets(rule)];
  return standing.acts ? openDoor(rule, direction) : [neverActs(standing, policy)];
};

const policyFindings = (policy: Policy, isUsed: boolean, standings: ReadonlyMap<string, RuleStanding>): Finding[] => {
  const { cluster, ...ref } = policy.ref;
  const place = (path: About['path'], found: Found): Finding => ({ ...found, cluster, policy: ref, path });
  if (!isUsed) return [place(['spec'], { code: 'UNUSED', severity: 'warning', message: 'governs nobody: no workload is one of its subjects; correct the selector, or remove the policy' })];
  return (['ingress', 'egress'] satisfies Direction[]).flatMap((direction) =>
    (policy[direction] ?? []).flatMap((rule) => ruleFindings(rule, direction, policy, standings.get(rule.id)).map((found) => place(['spec', direction, rule.index], found))),
  );
};

const usedPolicies = (tables: ClusterTables): ReadonlySet<string> => {
  const used = new Set<string>();
  const seen = new Set<object>();
  for (const workload of tables.view.workloads) {
    const representative = tables.representative(workload);
    if (tables.judge(workload) === undefined || seen.has(representative)) continue;
    seen.add(representative);
    for (const { ref } of tables.governing(representative)) used.add(JSON.stringify(ref));
  }
  return used;
};

/** Of policies that decide, in the order in which they stand. */
export const findings = (worlds: Worlds, at?: number): Finding[] => {
  const deciding = decidingAt(worlds, at);
  const atlas = new Atlas(deciding);
  return [...atlas.clusters.values()].flatMap((tables) => {
    const standings = ruleStandings(tables);
    const used = usedPolicies(tables);
    const own = tables.view.policies.filter(({ ref }) => ref.cluster === tables.view.cluster);
    return own.flatMap((policy) => policyFindings(policy, used.has(JSON.stringify(policy.ref)), standings));
  });
};
