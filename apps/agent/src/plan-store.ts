/**
 * The last accepted plan on disk: checksummed, replaced as a whole, and worth nothing when it is damaged.
 *
 * @module
 */
import { sha256Hex } from '@firsthop/base';
import { decodePlan, encodePlan, type NodePlan } from '@firsthop/plan';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export class PlanStore {
  readonly #file: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#file = join(folder, 'plan.json');
  }

  /** Undefined when there is none; `why` tells a damaged one from none at all. */
  load(): { readonly plan: NodePlan | undefined; readonly why?: string } {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch {
      return { plan: undefined };
    }
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (end < 0 || text.slice(0, end) !== sha256Hex(body)) return { plan: undefined, why: 'its checksum is wrong' };
    const plan = decodePlan(JSON.parse(body));
    return plan.ok ? { plan: plan.value } : { plan: undefined, why: plan.error.message };
  }

  save(plan: NodePlan): void {
    const body = JSON.stringify(encodePlan(plan));
    const draft = `${this.#file}.new`;
    const fd = openSync(draft, 'w', 0o600);
    try {
      writeSync(fd, `${sha256Hex(body)}\n${body}`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, this.#file);
  }
}
