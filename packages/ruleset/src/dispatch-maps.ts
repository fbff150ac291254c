/**
 * Interface (and address, behind a bridge) to the chain of the endpoint's policy group, per direction.
 *
 * @module
 */
import type { Family } from '@firsthop/netaddr';
import type { PolicyGroupId } from '@firsthop/plan';
import type { Bound, Judgement } from './encoding.ts';
import { endpointKeys } from './endpoint-keys.ts';
import type { Direction } from './names.ts';
import type { MapPart, NftMap } from './nft-state.ts';

const ways = [['from', 'egress'], ['to', 'ingress']] as const;
const families: readonly Family[] = [4, 6];

/** `chainOf`: of one direction of a policy group. */
export const dispatchMaps = (bound: readonly Bound[], chainOf: (group: PolicyGroupId, direction: Direction) => string, part?: MapPart): [string, NftMap][] =>
  ways.flatMap(([way, direction]): [string, NftMap][] => {
    const mapOf = (type: string, entries: readonly (readonly [string, Bound])[]): NftMap => ({
      type: `${type} : verdict`,
      interval: false,
      ...(part === undefined ? {} : { part }),
      elements: new Map(entries.map(([key, { endpoint }]) => [key, `goto ${chainOf(endpoint.policyGroup, direction)}`])),
    });
    return [[`${way}_if`, mapOf('ifname', endpointKeys.routed(bound))], ...families.map((family): [string, NftMap] => [`${way}_br${family}`, mapOf(`ifname . ipv${family}_addr`, endpointKeys.bridged(bound, family))])];
  });

/** An endpoint that is not in the maps comes back. */
export const dispatch: Judgement['dispatch'] = {
  from: ['iifname vmap @from_if', 'iifname . ip saddr vmap @from_br4', 'iifname . ip6 saddr vmap @from_br6'],
  to: ['oifname vmap @to_if', 'oifname . ip daddr vmap @to_br4', 'oifname . ip6 daddr vmap @to_br6'],
};
