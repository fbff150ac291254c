/**
 * The ladder of semantics.md section 2 at one endpoint, for a new connection, step by step.
 *
 * Steps 1 (antiSpoof) and 2 (tracked) are about packets and their history, not about the question "may this connection begin", and
 * have no part in it.
 *
 * @module
 */
import type { Decision } from '../decision.ts';
import { judgeIsolation } from './judge-isolation.ts';
import { judgeTiers } from './judge-tiers.ts';
import type { Question } from './question.ts';
import { enforcementOf, holdsAddress } from './view.ts';

/** At hosts only. */
export const judgeFailsafe = ({ subject, direction, probe, failsafe }: Question): Decision | undefined => {
  const isOpen = failsafe.some((one) => one.direction === direction && one.protocol === probe.protocol && one.port === probe.port);
  return subject.kind === 'host' && isOpen ? { verdict: 'allow', reason: 'failsafe' } : undefined;
};

/** A workload reaching itself is always allowed. */
export const judgeSelf = ({ subject, remote, probe, direction }: Question): Decision | undefined => {
  const other = direction === 'ingress' ? probe.source : probe.destination;
  const isSelf = other.workload === undefined ? holdsAddress(subject, remote) : other.workload === subject.id;
  return isSelf ? { verdict: 'allow', reason: 'self' } : undefined;
};

/** The other side is the very node that this pod runs on. */
export const isOwnNode = ({ view, subject, remote }: Question): boolean =>
  subject.kind === 'pod' && view.nodes.some((node) => node.cluster === subject.cluster && node.name === subject.node && node.addresses.includes(remote));

export const judgeOwnNode = (question: Question): Decision | undefined => (question.direction === 'ingress' && isOwnNode(question) ? { verdict: 'allow', reason: 'ownNode' } : undefined);

/** The reverse of ownNode: isolation alone does not keep a pod from its own node. */
export const judgeNetworkPolicy = (question: Question): Decision | undefined => (question.direction === 'egress' && isOwnNode(question) ? undefined : judgeIsolation(question));

export const judgeDefault = ({ view, subject }: Question): Decision => ({ verdict: enforcementOf(view, subject) === 'Full' ? 'drop' : 'allow', reason: 'workloadDefault' });

export const judge = (question: Question): Decision =>
  judgeFailsafe(question) ??
  judgeSelf(question) ??
  judgeOwnNode(question) ??
  judgeTiers('admin', question) ??
  judgeNetworkPolicy(question) ??
  judgeTiers('baseline', question) ??
  judgeDefault(question);
