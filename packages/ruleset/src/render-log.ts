/**
 * What the kernel tells of connections that it denies, or that a rule wants told: the head of the packet to a log group, and with it what became of it.
 *
 * A packet is never delayed: what nobody takes, or what comes more often than the limit, is dropped from the log and not from the wire.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';

/** Where records go. A namespace has one listener for it. */
export const LOG_GROUP = 4709;

/** Of each packet: all IPv6 headers that may stand before ports, and the ports. */
const SNAPLEN = 96;
/** For each decision by itself, so that one that is flooded does not silence the others. */
const LIMIT = 'limit rate 50/second burst 100 packets';

/** Decided before any policy is asked. */
export type SystemDrop = 'antispoof' | 'unprogrammed' | 'elsewhere';

const logged = (prefix: string, limit = LIMIT): string => `${limit} log prefix "${prefix}" group ${LOG_GROUP} snaplen ${SNAPLEN}`;

/** The rule that tells new connections of a decision; none where an allow is not to be told. */
export const decisionLog = ({ id, verdict, log }: Decision): string[] => (log || verdict !== 'allow' ? [`ct state new ${logged(`${verdict} ${id}`)}`] : []);

/** Many decisions share it, each of which is found by its packet. */
const SHARED_LIMIT = 'limit rate 1000/second burst 1000 packets';

/** The rule that tells new connections of a verdict, whoever decided. */
export const verdictLog = (verdict: Decision['verdict']): string => `ct state new ${logged(verdict, SHARED_LIMIT)}`;

/** Tells, counts and drops whatever matches. `match`: with a blank behind it, or empty. */
export const refusal = (drop: SystemDrop, match = ''): string[] => [`${match}${logged(`drop ${drop}`)}`, `${match}counter name "c_${drop}" drop`];

export interface LogPrefix {
  readonly verdict: Decision['verdict'];
  /** 16 hex digits of the decision, where the encoding says it. */
  readonly decision?: string;
  readonly system?: SystemDrop;
}

/** Undefined: no rule of ours wrote it. */
export const readLogPrefix = (prefix: string): LogPrefix | undefined => {
  const [, verdict, decision, system] = /^(allow|drop|reject)(?: (?:([\da-f]{16})|(antispoof|unprogrammed|elsewhere)))?$/.exec(prefix) ?? [];
  if (verdict === undefined) return undefined;
  return { verdict: verdict as LogPrefix['verdict'], ...(decision === undefined ? {} : { decision }), ...(system === undefined ? {} : { system: system as SystemDrop }) };
};
