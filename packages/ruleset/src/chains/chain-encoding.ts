/**
 * Policy in the words of nft: a chain for each policy group and direction, each row and each decision.
 *
 * @module
 */
import type { ClassTables } from '@firsthop/classifier';
import { type Address, type Family, familyOf, formatAddress } from '@firsthop/netaddr';
import { dispatch, dispatchMaps } from '../dispatch-maps.ts';
import type { Bound, ElementChange, Encoding, Judgement } from '../encoding.ts';
import { decisionCounter, type Direction, groupName } from '../names.ts';
import { exactMapName, GroupElements, renderGroup } from './groups.ts';
import { renderDecision, renderRow } from './rows.ts';

const directions: readonly Direction[] = ['ingress', 'egress'];

const judgement = (tables: ClassTables, bound: readonly Bound[]): Judgement => {
  const groups = [...tables.groups].flatMap(([group, table]) => directions.map((direction) => renderGroup(tables, group, direction, table[direction])));
  return {
    chains: [...[...tables.decisions.values()].map(renderDecision), ...[...tables.rows.values()].map(renderRow), ...groups.map(({ chain }) => chain)],
    maps: [...groups.flatMap(({ maps }) => maps), ...dispatchMaps(bound, (group, direction) => groupName('g', group, direction))],
    counters: [...tables.decisions.keys()].map(decisionCounter),
    dispatch,
  };
};

/** Undefined: a map comes or goes, and with it a rule. */
const moved: Encoding['moved'] = (tables, addresses, maps) => {
  const changes: ElementChange[] = [];
  for (const [group, table] of tables.groups)
    for (const direction of directions) {
      const found = movedIn(new GroupElements(tables, group, table[direction]), (family) => exactMapName(family, group, direction), addresses, maps);
      if (found === undefined) return undefined;
      changes.push(...found);
    }
  return changes;
};

const movedIn = (elements: GroupElements, nameOf: (family: Family) => string, addresses: ReadonlySet<Address>, maps: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly ElementChange[] | undefined => {
  const changes: ElementChange[] = [];
  const sizes = new Map<string, number>();
  for (const address of addresses) {
    const map = nameOf(familyOf(address));
    const [key, now, there] = [formatAddress(address), elements.ofAddress(address), maps.get(map)];
    const was = there?.get(key);
    if (was === now) continue;
    if (there === undefined) return undefined;
    changes.push({ map, key, was, now });
    sizes.set(map, (sizes.get(map) ?? there.size) + (was === undefined ? 1 : 0) - (now === undefined ? 1 : 0));
  }
  return [...sizes.values()].includes(0) ? undefined : changes;
};

export const chainEncoding: Encoding = { name: 'chains', judgement, moved };
