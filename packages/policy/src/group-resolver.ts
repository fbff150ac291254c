/**
 * Puts a group's members in the place of its name. Every group is resolved once, however many rules name it, and shared by them.
 *
 * @module
 */
import type { Group } from './group.ts';
import { groupKey, type GroupRef } from './group-ref.ts';
import type { PolicyError, PolicyErrorCode } from './policy-error.ts';
import { fault, type Path } from './reading.ts';
import type { Peer } from './rule.ts';

/** A group in a policy, and one in that group. */
const deepest = 2;

export interface At {
  /** Groups that it is inside of. */
  readonly depth: number;
  /** The namespace of whatever names the group: a name without a namespace means a group of this one first. */
  readonly home: string | undefined;
}

/** Of one group, told wherever it is named: very many rules may name it. */
const mostProblems = 8;

type Problem = readonly [code: PolicyErrorCode, message: string];

interface Resolved {
  readonly peer: Peer;
  readonly problems: readonly Problem[];
}

const nobody: Peer = { kind: 'some', peers: [] };

export class GroupResolver {
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #known = new Map<string, Resolved>();

  constructor(groups: readonly Group[]) {
    this.#groups = new Map(groups.map((group) => [groupKey(group.ref), group]));
  }

  /** `errors`: why what names a group here is invalid; all of them are at the place that was handed in. */
  resolve(peer: Peer, path: Path, at: At): { readonly peer: Peer; readonly errors: readonly PolicyError[] } {
    const problems: Problem[] = [];
    const resolved = this.#peer(peer, at, problems);
    return { peer: resolved, errors: problems.map(([code, message]) => fault(code, path, message)) };
  }

  #peer(peer: Peer, at: At, problems: Problem[]): Peer {
    switch (peer.kind) {
      case 'group': {
        const resolved = this.#group(peer.group, at);
        problems.push(...resolved.problems);
        return resolved.peer;
      }
      case 'every':
      case 'some':
        return { ...peer, peers: peer.peers.map((one) => this.#peer(one, at, problems)) };
      case 'not':
        return { kind: 'not', peer: this.#peer(peer.peer, at, problems) };
      case 'workloads':
      case 'cidr':
      case 'nodes':
      case 'service':
      case 'names':
        return peer;
    }
  }

  #group(ref: GroupRef, { depth, home }: At): Resolved {
    const group = this.#find(ref, home);
    const name = ref.namespace === undefined ? ref.name : `${ref.namespace}/${ref.name}`;
    if (group === undefined) return { peer: nobody, problems: [['NOT_FOUND', `there is no group ${name}; create it, or correct the name`]] };
    if (depth >= deepest) return { peer: nobody, problems: [['TOO_LARGE', `group ${name} is nested too deeply, or in itself: a group in a group is the most`]] };
    const key = `${depth} ${groupKey(group.ref)}`;
    const resolved = this.#known.get(key) ?? this.#members(group, depth);
    this.#known.set(key, resolved);
    return resolved;
  }

  #members({ ref, members }: Group, depth: number): Resolved {
    const problems: Problem[] = [];
    const peers = members.map((member) => this.#peer(member, { depth: depth + 1, home: ref.namespace }, problems));
    return { peer: { kind: 'some', peers }, problems: problems.slice(0, mostProblems) };
  }

  /** The own namespace's group first, and then the ClusterGroup; of another namespace only its own. */
  #find(ref: GroupRef, home: string | undefined): Group | undefined {
    const own = this.#groups.get(groupKey(ref));
    return own !== undefined || ref.namespace !== home ? own : this.#groups.get(groupKey({ cluster: ref.cluster, name: ref.name }));
  }
}
