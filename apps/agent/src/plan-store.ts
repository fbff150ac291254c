/**
 * What the agent knows across its own end and that of its host: the last accepted plan, and the newest revision that it ever accepted.
 *
 * The revision stands in a file of its own, written after the plan: a plan from a backup, or one whose newer self is damaged, is found to be
 * older than what was accepted, and is not used. Whoever puts back both files takes the agent's memory.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { decodePlan, encodePlan, type NodePlan, type Revision, revisionSchema } from '@firsthop/plan';
import { isOlder } from '@firsthop/wire';
import { join } from 'node:path';
import { type CheckedFile, readChecked, writeChecked } from './checked-file.ts';
import { TOTALS_FILE } from './flow-records/totals-file.ts';
import { WITNESS_FILE } from './kernel-witness.ts';

export interface Remembered {
  readonly plan: NodePlan | undefined;
  /** Nothing older than this may be enforced. Undefined: nothing was accepted, or nobody knows. */
  readonly accepted: Revision | undefined;
  /** What on the disk is not used and why, a sentence each; empty when all is well or nothing is there. */
  readonly faults: readonly string[];
}

/** Files of a state folder, in the order in which they are written. */
export const STATE_FILES: readonly string[] = ['plan.json', 'accepted.json', WITNESS_FILE, TOTALS_FILE];

export class PlanStore {
  readonly #node: string;
  readonly #plan: CheckedFile;
  readonly #accepted: CheckedFile;

  /** Touches nothing. `node`: the plan of another one is not ours, wherever it comes from. */
  constructor(folder: string, node: string) {
    this.#node = node;
    this.#plan = { path: join(folder, 'plan.json'), what: 'plan' };
    this.#accepted = { path: join(folder, 'accepted.json'), what: 'accepted' };
  }

  /** Never throws. */
  load(): Remembered {
    const [plan, accepted] = [this.#loadPlan(), this.#loadAccepted()];
    const faults = [...(plan.ok ? [] : [`the plan on disk is not used: ${plan.error}`]), ...(accepted.ok ? [] : [`the accepted revision on disk is not used: ${accepted.error}`])];
    const [held, floor] = [plan.ok ? plan.value : undefined, accepted.ok ? accepted.value : undefined];
    if (held === undefined) return { plan: undefined, accepted: floor, faults };
    if (floor !== undefined && isOlder(held.revision, floor)) return { plan: undefined, accepted: floor, faults: [...faults, 'the plan on disk is not used: a newer one was accepted already'] };
    return { plan: held, accepted: held.revision, faults };
  }

  /** The error says why the disk still holds what it held. */
  save(plan: NodePlan): Result<undefined, string> {
    const saved = writeChecked(this.#plan, encodePlan(plan));
    return saved.ok ? writeChecked(this.#accepted, { ...plan.revision, watermarks: [...plan.revision.watermarks] }) : saved;
  }

  #loadPlan(): Result<NodePlan | undefined, string> {
    const json = readChecked(this.#plan);
    if (!json.ok || json.value === undefined) return json as Result<undefined, string>;
    const plan = decodePlan(json.value);
    if (!plan.ok) return fail(plan.error.message);
    return plan.value.node === this.#node ? plan : fail(`it is of node ${plan.value.node}`);
  }

  #loadAccepted(): Result<Revision | undefined, string> {
    const json = readChecked(this.#accepted);
    if (!json.ok || json.value === undefined) return json as Result<undefined, string>;
    const revision = revisionSchema.safeParse(json.value);
    return revision.success ? ok(revision.data) : fail('it is not a revision');
  }
}
