/**
 * What events do, in figures that no other process has a part in. Operations: objects that come, change or go in the plans of nodes, and addresses in their
 * groups, as told; bytes: of what is told. Both are the same in every run. Allocated: by how much the used heap grew during an event; events during which
 * the collector ran are left out (seen by a heap that did not grow), so it is a mean over the others.
 *
 * @module
 */
import { getHeapStatistics } from 'node:v8';
import type { PlanDelta } from '@firsthop/plan';

const operationsIn = (delta: PlanDelta): number => {
  let operations = 0;
  for (const list of Object.values(delta) as unknown[]) if (Array.isArray(list)) operations += list.length;
  for (const { added, removed } of delta.addressGroups) operations += added.length + removed.length;
  return operations;
};

export class CountedWork {
  #events = 0;
  #operations = 0;
  #bytes = 0;
  #allocated = 0;
  #quiet = 0;
  #before = 0;
  /** Counted when the event is over. */
  #told: [PlanDelta, number][] = [];

  begin(): void {
    this.#told = [];
    this.#before = getHeapStatistics().used_heap_size;
  }

  told(delta: PlanDelta, bytes: number): void {
    this.#told.push([delta, bytes]);
  }

  end(): void {
    const grown = getHeapStatistics().used_heap_size - this.#before;
    this.#events++;
    if (grown >= 0) {
      this.#allocated += grown;
      this.#quiet++;
    }
    for (const [delta, bytes] of this.#told) {
      this.#operations += operationsIn(delta);
      this.#bytes += bytes;
    }
  }

  /** Nothing where nothing was counted. */
  perEvent(): Readonly<Record<string, number>> {
    if (this.#events === 0) return {};
    return { counted_ops_per_event: this.#operations / this.#events, counted_bytes_per_event: this.#bytes / this.#events, allocated_bytes_per_event: this.#allocated / Math.max(1, this.#quiet), counted_events: this.#events };
  }
}
