/**
 * A rule of our own kinds before it is written, and what becomes of one that cannot be said.
 *
 * `any` and a list are different things: an empty list matches nothing, and such a rule is never written, because an empty list in a
 * file means everybody.
 *
 * @module
 */
import type { Action, Direction } from '@firsthop/policy';
import type { Plain } from './translation.ts';

export type Alternatives = 'any' | readonly Plain[];

export interface RuleBody {
  readonly name?: string;
  readonly action: Action;
  readonly peers: Alternatives;
  readonly ports: Alternatives;
  readonly log?: boolean;
}

export const everything = (action: Action, name?: string): RuleBody => ({ ...(name === undefined ? {} : { name }), action, peers: 'any', ports: 'any' });

/** In the place of a rule that could not be translated: what would allow is left out, everything else drops. `undefined`: its action is unknown. */
export const closed = (action: Action | undefined): readonly RuleBody[] => (action === 'Allow' ? [] : [everything('Drop')]);

/** When the policy is at fault as a whole. */
export const closeAll = (rules: readonly RuleBody[]): readonly RuleBody[] => rules.flatMap(({ action }) => closed(action)).slice(0, 1);

const matchesNothing = ({ peers, ports }: RuleBody): boolean => peers.length === 0 || ports.length === 0;

const writeRule = ({ name, action, peers, ports, log }: RuleBody, direction: Direction): Plain => ({
  ...(name === undefined ? {} : { name }),
  action,
  ...(peers === 'any' ? {} : { [direction === 'ingress' ? 'from' : 'to']: peers }),
  ...(ports === 'any' ? {} : { ports }),
  ...(log === true ? { log } : {}),
});

/** Undefined: nothing to say in that direction. */
export const writeRules = (rules: readonly RuleBody[], direction: Direction): readonly Plain[] | undefined => {
  const written = rules.filter((rule) => !matchesNothing(rule)).map((rule) => writeRule(rule, direction));
  return written.length === 0 ? undefined : written;
};
