/**
 * One direction of a probe, as the endpoint that judges it sees it.
 *
 * @module
 */
import type { Workload } from '@firsthop/inventory';
import type { Address } from '@firsthop/netaddr';
import type { Direction } from '../rule.ts';
import type { View } from './view.ts';
import type { EvaluationOptions, FailsafePort, NameAnswers, Probe } from './world.ts';

export interface Question {
  readonly view: View;
  readonly direction: Direction;
  /** The judging endpoint's workload: the source for egress, the destination for ingress. */
  readonly subject: Workload;
  /** The other side. */
  readonly remote: Address;
  readonly probe: Probe;
  readonly ipBlocks: NonNullable<EvaluationOptions['ipBlocks']>;
  readonly names: NameAnswers;
  readonly failsafe: readonly FailsafePort[];
}
