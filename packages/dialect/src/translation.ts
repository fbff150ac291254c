/**
 * From objects of other systems to objects of our own kinds. Whole sets at a time: a Calico selector may mean a NetworkSet that stands
 * elsewhere, an Antrea policy a ClusterGroup.
 *
 * @module
 */
import type { PolicyError } from '@firsthop/policy';

/** An object of unknown content, as a file or an API server gave it. */
export type ForeignObject = unknown;

/** An object, or a part of one, as somebody would write it. */
export type Plain = Readonly<Record<string, unknown>>;

export interface Translation {
  /** Objects of firsthop.dev/v1alpha1 that mean the same, ready to be parsed or written as YAML. Never wider. */
  readonly objects: readonly Plain[];
  /** What cannot be said, with its path in the foreign object. What stands in `objects` is closed there. */
  readonly errors: readonly PolicyError[];
  /** What is said in another way than people might expect; the meaning is the same. */
  readonly notes: readonly PolicyError[];
  /** False: which object this is cannot be said, so nobody can tell what is missing. */
  readonly isNamed: boolean;
}
