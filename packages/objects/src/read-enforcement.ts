/**
 * `firsthop.dev/enforcement`: what a workload gets that no policy decides about. On a namespace, or on a pod or machine for itself.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import type { Enforcement } from '@firsthop/inventory';
import { type Foreign, isAbsent } from './foreign.ts';
import { fault, type Fault, type Path } from './fault.ts';

const enforcements: readonly Enforcement[] = ['Open', 'Visibility', 'Full'];
const enforcementKey = 'firsthop.dev/enforcement';

export interface WrittenEnforcement {
  /** Undefined: not written. */
  readonly enforcement: Enforcement | undefined;
  readonly faults: readonly Fault[];
}

/** The annotation wins over the label. What cannot be read is closed: somebody wanted it to be strict, perhaps. */
export const readEnforcement = (metadata: Foreign, path: Path): WrittenEnforcement => {
  for (const field of ['annotations', 'labels']) {
    const written = metadata.get(field);
    if (!isAbsent(written) && readRecord(written) === undefined) return { enforcement: 'Full', faults: [fault('TYPE', [...path, field], 'a map of texts is expected here; until then the enforcement is Full')] };
    const raw = readRecord(written)?.get(enforcementKey);
    if (isAbsent(raw)) continue;
    const known = enforcements.find((one) => one === raw);
    const faults = known === undefined ? [fault('UNKNOWN_VALUE', [...path, field, enforcementKey], `one of ${enforcements.join(', ')} is expected here; until then it is Full`)] : [];
    return { enforcement: known ?? 'Full', faults };
  }
  return { enforcement: undefined, faults: [] };
};
