/**
 * The plans of all nodes as they are now, and how they came to be so: for sessions, each of which may be anywhere behind.
 *
 * Changes are kept once, not once for each agent: an agent that is behind is a digest. How many are kept is bounded over all nodes together; who is
 * further behind than that gets the whole plan.
 *
 * @module
 */
import { emptyPlan, type NodePlan, type PlanDelta, type Revision } from '@firsthop/plan';
import type { Frame } from './frames/frame-builder.ts';
import { FrameWriter } from './frames/frame-writer.ts';
import { mendOf } from './outline/mend.ts';
import { bucketsOf, readSums } from './outline/outline.ts';

/** What a session asks of it. */
export interface NodeFeed {
  /** Of the plan to enforce now. Undefined: not enough is known to say. */
  revision(): Revision | undefined;
  /** What leads from the plan of that digest towards the one of now, oldest first, and where it leads to. Undefined: not known. */
  since(digest: string): Progress | undefined;
  whole(): Frame;
  /** Asks what the plan that the agent holds looks like, in `buckets`. */
  ask(): { readonly frame: Frame; readonly buckets: number };
  /** What leads from the plan with these sums to the one of now. `whole`: nearly everything. Undefined: these are no sums of so many buckets. */
  mend(base: string, sums: string, buckets: number): Progress | 'whole' | undefined;
  /** That this manager is not as far as its agent. */
  wait(): Frame | undefined;
}

export interface Progress {
  readonly frame: Frame;
  readonly revision: Revision;
}

export interface PlanFeedOptions {
  /** Of the last flush. */
  readonly snapshot: (node: string) => NodePlan | undefined;
  /** How far all plans are, whether or not one is another for it. Undefined, or not said: as far as what last changed a plan. */
  readonly position?: () => Omit<Revision, 'digest'> | undefined;
  /** False: agents are to keep what they have. Not said: true. */
  readonly isReady?: () => boolean;
  /** How many changes are kept. */
  readonly most?: number;
}

/** So many changes go into one message; more follow the answer to it. */
const mostAtOnce = 256;
const defaultMost = 65_536;

export class PlanFeed {
  readonly #options: PlanFeedOptions;
  readonly #writer = new FrameWriter();
  readonly #logs = new Map<string, PlanDelta[]>();
  readonly #revisions = new Map<string, Revision>();
  /** Whose log the changes are in, in the order in which they came. */
  #order: string[] = [];
  #oldest = 0;

  constructor(options: PlanFeedOptions) {
    this.#options = options;
  }

  /** What a flush answered. */
  changed(deltas: ReadonlyMap<string, PlanDelta>): void {
    for (const [node, delta] of deltas) {
      const isFromNothing = !this.#revisions.has(node) && delta.base === emptyPlan(node).revision.digest;
      this.#revisions.set(node, delta.revision);
      // It is as long as the whole plan.
      if (isFromNothing) continue;
      const log = this.#logs.get(node);
      if (log === undefined) this.#logs.set(node, [delta]);
      else log.push(delta);
      this.#order.push(node);
    }
    while (this.#order.length - this.#oldest > (this.#options.most ?? defaultMost)) this.#forget(this.#order[this.#oldest++] ?? '');
    if (this.#oldest > this.#order.length / 2) [this.#order, this.#oldest] = [this.#order.slice(this.#oldest), 0];
  }

  /** Of the plan that a node should have, whether or not it is told. Undefined: nothing was flushed yet. */
  digest(node: string): string | undefined {
    return this.#latest(node)?.digest;
  }

  of(node: string): NodeFeed {
    return new FeedOfNode(this, node);
  }

  #forget(node: string): void {
    const log = this.#logs.get(node);
    log?.shift();
    if (log?.length === 0) this.#logs.delete(node);
  }

  /** As `NodeFeed` has it; so are the next two. */
  revision(node: string): Revision | undefined {
    return this.#options.isReady?.() === false ? undefined : this.#latest(node);
  }

  /**
   * With the position of the last flush, and not of the change that made the plan: who was told of a change and of its taking back, which were one
   * flush here, is no further than this manager.
   */
  #latest(node: string): Revision | undefined {
    const made = this.#revisions.get(node) ?? this.#options.snapshot(node)?.revision;
    const position = made === undefined ? undefined : this.#options.position?.();
    return made === undefined || position === undefined ? made : { ...position, digest: made.digest };
  }

  since(node: string, digest: string): Progress | undefined {
    const log = this.#logs.get(node) ?? [];
    // The same plan may have been there more than once.
    const first = log.findLastIndex(({ base }) => base === digest);
    if (first < 0) return undefined;
    const deltas = log.slice(first, first + mostAtOnce);
    const last = deltas.at(-1);
    if (last === undefined) return undefined;
    const now = this.#latest(node);
    // What leads to the plan of now is of now.
    const revision = now?.digest === last.revision.digest ? now : last.revision;
    return { frame: this.#writer.changes([...deltas.slice(0, -1), { ...last, revision }]), revision };
  }

  whole(node: string): Frame {
    return this.#writer.snapshot(this.#plan(node));
  }

  ask(node: string): { readonly frame: Frame; readonly buckets: number } {
    const buckets = bucketsOf(this.#plan(node));
    return { frame: this.#writer.ask(buckets), buckets };
  }

  mend(node: string, base: string, { sums, buckets }: { readonly sums: string; readonly buckets: number }): Progress | 'whole' | undefined {
    const read = readSums(sums, buckets);
    if (read === undefined) return undefined;
    const mend = mendOf(this.#plan(node), base, read);
    return mend.buckets.size > buckets / 2 ? 'whole' : { frame: this.#writer.mend(mend), revision: mend.put.revision };
  }

  wait(node: string): Frame | undefined {
    const revision = this.revision(node);
    return revision === undefined ? undefined : this.#writer.wait(revision);
  }

  /** As of now. */
  #plan(node: string): NodePlan {
    const plan = this.#options.snapshot(node);
    const revision = this.#latest(node);
    if (plan === undefined || revision === undefined) throw new Error(`there is no plan of ${node} yet`);
    return plan.revision.digest === revision.digest ? { ...plan, revision } : plan;
  }
}

/** There is one for each agent, and so it is small. */
class FeedOfNode implements NodeFeed {
  readonly #feed: PlanFeed;
  readonly #node: string;

  constructor(feed: PlanFeed, node: string) {
    this.#feed = feed;
    this.#node = node;
  }

  revision(): Revision | undefined {
    return this.#feed.revision(this.#node);
  }

  since(digest: string): Progress | undefined {
    return this.#feed.since(this.#node, digest);
  }

  whole(): Frame {
    return this.#feed.whole(this.#node);
  }

  ask(): { readonly frame: Frame; readonly buckets: number } {
    return this.#feed.ask(this.#node);
  }

  mend(base: string, sums: string, buckets: number): Progress | 'whole' | undefined {
    return this.#feed.mend(this.#node, base, { sums, buckets });
  }

  wait(): Frame | undefined {
    return this.#feed.wait(this.#node);
  }
}
