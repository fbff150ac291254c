/**
 * To which box of a picture a party belongs, by its name as connection.ts writes it.
 *
 * @module
 */
export interface PartyPlace {
  /** Namespace, with its cluster where that is written; or who else it is. */
  readonly group: string;
  readonly label: string;
}

export const placeOf = (party: string): PartyPlace => {
  if (party.endsWith('[External]')) return { group: 'outside', label: party.slice(0, -'[External]'.length) };
  if (party.startsWith('{')) return { group: 'outside', label: party };
  const { cluster = '', rest = party } = /^(?<cluster>cluster:[^/]+\/)(?<rest>.*)$/s.exec(party)?.groups ?? {};
  if (rest.startsWith('host:')) return { group: `${cluster}hosts`, label: rest.slice('host:'.length) };
  const { kind = '', namespace, name } = /^(?<kind>vm:)?(?<namespace>[^/]*)\/(?<name>.*)$/s.exec(rest)?.groups ?? {};
  return namespace === undefined || name === undefined ? { group: 'others', label: party } : { group: `${cluster}${namespace}`, label: `${kind}${name}` };
};

/** Parties by group, both in order of their names; outside comes last. */
export const groupParties = (parties: Iterable<string>): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const party of [...new Set(parties)].sort()) {
    const { group } = placeOf(party);
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [party]);
    else members.push(party);
  }
  const rank = (group: string): string => (group === 'outside' ? '\uFFFF' : group);
  return new Map([...groups].sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1)));
};
