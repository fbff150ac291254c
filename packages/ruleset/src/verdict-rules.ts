/**
 * The rules that carry out a verdict.
 *
 * @module
 */
import type { Decision } from '@firsthop/classifier';

/** Over this rate a rejected sender hears nothing: an answer must not become a weapon. */
const RESET_LIMIT = 'limit rate 2000/second burst 1000 packets';
const ICMP_LIMIT = 'limit rate 200/second burst 100 packets';

/**
 * To a frame that came by a bridge Linux sends a reset straight out of the port, past the translation back to the Service that was asked: nobody would know whose it is. An
 * ICMP error takes the way of all packets, and ends the attempt of whoever began it as well (EHOSTUNREACH).
 */
const BRIDGED_SERVICE = 'iifname @bridges ct status dnat';

export const verdictRules = (verdict: Decision['verdict']): string[] => {
  if (verdict === 'allow') return ['accept'];
  if (verdict === 'drop') return ['drop'];
  return [`${BRIDGED_SERVICE} meta l4proto 6 ${ICMP_LIMIT} reject with icmpx admin-prohibited`, `meta l4proto 6 ${RESET_LIMIT} reject with tcp reset`, 'meta l4proto 6 drop', `${ICMP_LIMIT} reject with icmpx admin-prohibited`, 'drop'];
};
