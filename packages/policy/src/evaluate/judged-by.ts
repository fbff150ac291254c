/**
 * Who judges at an address.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import { governs } from './match-peer.ts';
import type { Policy } from '../policy.ts';
import { factsOf, holdsAddress, type View, viewOf } from './view.ts';
import type { Side, World, Worlds } from './world.ts';

/**
 * Policy is enforced at pods that have a node and an address of their own, and at machines that have an address. At a host only where a
 * policy asks for it, so what is true of hosts is not said here.
 */
export const isManaged = ({ kind, node, hostNetwork, endpoints }: Workload): boolean => {
  const hasAddress = endpoints.some(({ addresses }) => addresses.length > 0);
  return hasAddress && (kind === 'vm' || (kind === 'pod' && node !== undefined && !hostNetwork));
};

export const selectsWorkload = (policy: Policy, workload: Workload, view: View): boolean => !workload.hostNetwork && policy.subjects.some((peer) => governs(peer, factsOf(view, workload)));

/** A host judges only where some policy selects it: a mistaken default would lock its administrator out. */
const isGovernedHost = (workload: Workload, worlds: Worlds, world: World): boolean => {
  if (workload.kind !== 'host') return false;
  const view = viewOf(worlds, world);
  return view.policies.some((policy) => selectsWorkload(policy, workload, view));
};

/** The packets of a host-network pod are its host's. */
const isOf = ({ workload, address }: Side, subject: Workload, world: World): boolean => {
  if (workload === undefined || workload === subject.id) return true;
  const sender = world.workloads.find(({ id }) => id === workload);
  return subject.kind === 'host' && sender?.hostNetwork === true && holdsAddress(sender, address);
};

/** `worlds`: with those policies only that are to decide. */
export const judgedBy = (side: Side, worlds: Worlds): { readonly world: World; readonly subject: Workload } | undefined => {
  const holders = [...worlds.values()].flatMap((world) => world.workloads.filter((one) => holdsAddress(one, side.address) && isOf(side, one, world)).map((subject) => ({ world, subject })));
  const judging = holders.filter(({ world, subject }) => isManaged(subject) || isGovernedHost(subject, worlds, world));
  return judging.sort((a, b) => compareText(a.subject.id, b.subject.id))[0];
};
