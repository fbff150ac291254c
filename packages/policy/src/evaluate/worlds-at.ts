/**
 * The worlds at a moment: as they decide, and as they would if everything on trial were in force.
 *
 * @module
 */
import type { Namespace, Workload } from '@firsthop/inventory';
import { decides, onTrial, policiesAt, whatIf } from '../moment.ts';
import type { Policy } from '../policy.ts';
import type { World, Worlds } from './world.ts';

const withPolicies = (worlds: Worlds, change: (policies: readonly Policy[]) => readonly Policy[]): Worlds => new Map([...worlds].map(([name, world]): [string, World] => [name, { ...world, policies: change(world.policies) }]));

export const decidingAt = (worlds: Worlds, at: number | undefined): Worlds => withPolicies(worlds, (policies) => policiesAt(policies, at).filter(decides));

/** Every policy that there is, those that decide nothing included. */
export const presentAt = (worlds: Worlds, at: number | undefined): Worlds => withPolicies(worlds, (policies) => policiesAt(policies, at));

/** Nothing but the policies that are on trial, as if they were in force. */
export const trialsAt = (worlds: Worlds, at: number | undefined): Worlds => withPolicies(worlds, (policies) => onTrial(policiesAt(policies, at)));

/** Without any the monitored verdict is nobody's question. */
export const hasTrials = (worlds: Worlds): boolean =>
  [...worlds.values()].some(({ policies, namespaces, workloads }) => !policies.every(decides) || [...namespaces, ...workloads].some(({ enforcement }) => enforcement === 'Visibility'));

/** Visibility is Full on trial. */
const strictly = <T extends Pick<Namespace, 'enforcement'> | Pick<Workload, 'enforcement'>>(one: T): T => (one.enforcement === 'Visibility' ? { ...one, enforcement: 'Full' } : one);

export const whatIfAt = (worlds: Worlds, at: number | undefined): Worlds =>
  new Map([...withPolicies(worlds, (policies) => whatIf(policiesAt(policies, at)))].map(([name, world]): [string, World] => [name, { ...world, namespaces: world.namespaces.map(strictly), workloads: world.workloads.map(strictly) }]));
