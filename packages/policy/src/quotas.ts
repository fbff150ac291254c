/**
 * How much of everything one policy may have, counted when the groups that it names are put in. What is over a quota is invalid (semantics.md section 5): a
 * rule that is over one matches nothing if it allows, and drops for its policy's subjects if it does not; over a quota of the policy, all its
 * rules are so. Nobody else's policy is touched. Nothing is cut short: half of a deny list is a hole.
 *
 * @module
 */
import { policyLimits } from './limits.ts';
import type { PolicyError } from './policy-error.ts';
import { type Weight, weighPolicy, weighRule } from './policy-weight.ts';
import type { Policy } from './policy.ts';
import { fault, type Path } from './reading.ts';
import { spoil } from './rule-draft.ts';
import type { Direction, Rule } from './rule.ts';

/** The plan of a node takes no more than `perRule` of a rule (`planBounds`): an agent would refuse the plan as a whole, with everybody's policies in it. */
export const policyQuotas: { readonly perRule: Weight; readonly perPolicy: Weight & { readonly rules: number }; readonly warnAt: number } = {
  perRule: { selectors: 4_000, blocks: 50_000, ports: policyLimits.portsPerRule },
  /** `rules`: in each direction. */
  perPolicy: { rules: policyLimits.rules, selectors: 50_000, blocks: 100_000, ports: 50_000 },
  /** From this share of a quota on it is reported. */
  warnAt: 0.8,
};

/** `rulesPerPolicy` is counted for each direction; of what is per rule, the largest rule counts. */
export type QuotaName = 'rulesPerPolicy' | 'selectorsPerPolicy' | 'blocksPerPolicy' | 'portsPerPolicy' | 'selectorsPerRule' | 'blocksPerRule' | 'portsPerRule';

export interface QuotaUse {
  readonly quota: QuotaName;
  readonly used: number;
  readonly most: number;
}

interface Placed extends QuotaUse {
  readonly path: Path;
}

const weighed = ['selectors', 'blocks', 'ports'] as const;

const usesOf = (weight: Weight, scope: 'Rule' | 'Policy', path: Path): Placed[] =>
  weighed.map((what) => ({ quota: `${what}Per${scope}` as const, used: weight[what], most: policyQuotas[`per${scope}`][what], path }));

const ruleUses = (rule: Rule, direction: Direction): Placed[] => usesOf(weighRule(rule), 'Rule', ['spec', direction, rule.index]);

const policyUses = (policy: Policy): Placed[] => [
  ...(['ingress', 'egress'] as const).map((direction): Placed => ({ quota: 'rulesPerPolicy', used: policy[direction]?.length ?? 0, most: policyQuotas.perPolicy.rules, path: ['spec', direction] })),
  ...usesOf(weighPolicy(policy), 'Policy', ['spec']),
];

const allUses = (policy: Policy): Placed[] => isSmall(policy) ? [] : [...policyUses(policy), ...(['ingress', 'egress'] as const).flatMap((direction) => (policy[direction] ?? []).flatMap((rule) => ruleUses(rule, direction)))];

const isOver = ({ used, most }: QuotaUse): boolean => used > most;
const isNear = ({ used, most }: QuotaUse): boolean => used >= policyQuotas.warnAt * most;

const words: Readonly<Record<QuotaName, string>> = {
  rulesPerPolicy: 'rules in one direction of a policy',
  selectorsPerPolicy: 'selectors and other peers in a policy',
  blocksPerPolicy: 'CIDRs and exceptions in a policy',
  portsPerPolicy: 'ports in a policy',
  selectorsPerRule: 'selectors and other peers in a rule',
  blocksPerRule: 'CIDRs and exceptions in a rule',
  portsPerRule: 'ports in a rule',
};

const advice = (quota: QuotaName): string => (quota.endsWith('Rule') ? 'split the rule, or say it with fewer' : 'split the policy, or say it with fewer');

/** Of a policy with its groups put in. */
export const quotaFaults = (policy: Policy): readonly PolicyError[] =>
  allUses(policy)
    .filter(isOver)
    .map(({ quota, used, most, path }) =>
      fault('TOO_LARGE', path, `${used} ${words[quota]} (with its groups' members), and at most ${most} are enforced: ${quota.endsWith('Rule') ? 'the rule' : 'every rule of the policy'} matches nothing if it allows, and drops for the policy's subjects otherwise; ${advice(quota)}`),
    );

/** What is near its quota and not over it, in words for people. */
export const quotaWarnings = (policy: Policy): readonly { readonly path: Path; readonly message: string }[] =>
  allUses(policy)
    .filter((use) => isNear(use) && !isOver(use))
    .map(({ quota, used, most, path }) => ({ path, message: `${used} of at most ${most} ${words[quota]} (with its groups' members); beyond it ${quota.endsWith('Rule') ? 'the rule' : 'the policy'} fails closed: ${advice(quota)}` }));

/** What is near its quota or over it, each quota once, by its name. */
export const quotaUses = (policy: Policy): readonly QuotaUse[] => {
  const worst = new Map<QuotaName, QuotaUse>();
  for (const { quota, used, most } of allUses(policy)) if (isNear({ quota, used, most }) && used > (worst.get(quota)?.used ?? -1)) worst.set(quota, { quota, used, most });
  return [...worst.values()].sort((a, b) => (a.quota < b.quota ? -1 : 1));
};

/**
 * Of so many spoiled rules one says it all: the first that drops, or the first allow, which matches nothing. `undefined` stays what it is, and so does
 * the empty list.
 */
const collapse = (rules: readonly Rule[] | undefined): readonly Rule[] | undefined => {
  const kept = rules?.find(({ action }) => action !== 'Allow') ?? rules?.[0];
  return kept === undefined ? rules : [spoil(kept)];
};

const spoilLarge = (rules: readonly Rule[] | undefined, direction: Direction): readonly Rule[] | undefined =>
  rules?.some((rule) => ruleUses(rule, direction).some(isOver)) === true ? rules.map((rule) => (ruleUses(rule, direction).some(isOver) ? spoil(rule) : rule)) : rules;

/** Nearly all policies are: found without making anything. Only lists of single peers are looked at, and everything else is counted. */
const isSmall = ({ subjects, ingress = [], egress = [] }: Policy): boolean => {
  let left = 500 - subjects.length - ingress.length - egress.length;
  for (const rules of [ingress, egress])
    for (const { peers, ports } of rules) {
      if (ports.kind === 'set') left -= ports.ports.length;
      if (peers.kind !== 'set') continue;
      left -= peers.peers.length;
      for (const peer of peers.peers)
        if (peer.kind === 'some' || peer.kind === 'every' || peer.kind === 'not') return false;
        else if (peer.kind === 'cidr') left -= peer.except.length;
    }
  return left > 0 && subjects.every(({ kind }) => kind === 'workloads');
};

/** The policy as it takes effect within the quotas; the same object where it is within them. Its subjects stay, however many: without them it would govern nobody. */
export const withinQuotas = (policy: Policy): Policy => {
  if (isSmall(policy)) return policy;
  if (policyUses(policy).some(isOver)) return { ...policy, ingress: collapse(policy.ingress), egress: collapse(policy.egress) };
  const [ingress, egress] = [spoilLarge(policy.ingress, 'ingress'), spoilLarge(policy.egress, 'egress')];
  return ingress === policy.ingress && egress === policy.egress ? policy : { ...policy, ingress, egress };
};
