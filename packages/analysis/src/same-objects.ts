/**
 * Whether two objects that were read from different places say the same.
 *
 * @module
 */
import type { Policy, Rule, View } from '@firsthop/policy';

const plain = (_: string, value: unknown): unknown => {
  if (value instanceof Map) return { map: [...(value as Map<unknown, unknown>)] };
  if (value instanceof Set) return { set: [...(value as Set<unknown>)] };
  return typeof value === 'bigint' ? `${value}n` : value;
};

const textOf = (value: unknown): string => JSON.stringify(value, plain);

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean => a.length === b.length && a.every((one, i) => one === b[i] || textOf(one) === textOf(b[i]));

export const isSameFacts = (a: View, b: View): boolean => isSameList(a.namespaces, b.namespaces) && isSameList(a.nodes, b.nodes) && isSameList(a.services, b.services) && isSameList(a.workloads, b.workloads);

/** The id is made of what a rule says and whose it is, but not of what became of it because something else was invalid. */
const ruleText = ({ id, index, action, peers, ports }: Rule): string => `${id} ${index} ${action} ${peers.kind} ${ports.kind}${peers.kind === 'set' && peers.peers.some(({ kind }) => kind === 'some') ? textOf(peers) : ''}`;

const rulesText = (rules: readonly Rule[] | undefined): string => (rules === undefined ? '-' : rules.map(ruleText).join(','));

const headText = (policy: Policy): string => {
  if (policy.form === 'isolating') return '';
  const { tier, priority, mode, onChange, stage, validity, owner, ticket } = policy;
  return textOf([tier, priority, mode, onChange, stage, validity, owner, ticket]);
};

export const isSamePolicy = (a: Policy, b: Policy): boolean =>
  a === b || (headText(a) === headText(b) && rulesText(a.ingress) === rulesText(b.ingress) && rulesText(a.egress) === rulesText(b.egress) && textOf(a.subjects) === textOf(b.subjects));
