/**
 * A foreign object of a kind and version that are read here.
 *
 * @module
 */
import type { ForeignRecord, Notebook } from './notebook.ts';
import type { Origin } from './origin.ts';
import type { Part } from './own-policy.ts';
import { closeAll } from './rule-body.ts';

export interface Known {
  readonly object: ForeignRecord;
  readonly origin: Origin;
  readonly book: Notebook;
  /** Something outside of its spec is at fault; what that meant for the whole is not known. */
  readonly isSpoilt: boolean;
}

export const closePart = (part: Part): Part => ({ ...part, rules: { ingress: closeAll(part.rules.ingress), egress: closeAll(part.rules.egress) } });
