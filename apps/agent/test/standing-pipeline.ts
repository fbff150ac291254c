/**
 * From plans to the kernel of a namespace, by the agent's own parts, in the process of a test.
 *
 * @module
 */
import { Dataplane, type KernelPort, netlinkPort } from '@firsthop/dataplane';
import { exclusivePrefixes } from '@firsthop/lab';
import { type HostLinks, listLinks } from '@firsthop/hostif';
import type { NodePlan } from '@firsthop/plan';
import { registerEncoding } from '@firsthop/ruleset';
import { Enforcement } from '../src/enforcement.ts';

export class StandingPipeline {
  readonly enforcement: Enforcement;
  readonly port: Required<KernelPort>;
  readonly #waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();

  /** `links`: those of the namespace, if not given. */
  constructor(netns: string, links: () => Promise<HostLinks> = () => listLinks({ namespace: `/run/netns/${netns}` })) {
    this.port = netlinkPort({ netns });
    this.enforcement = new Enforcement({
      dataplane: new Dataplane(this.port),
      listLinks: links,
      exclusivePrefixes,
      encoding: registerEncoding(),
      onRealized: ({ digest, error }) => {
        const waiting = this.#waiting.get(digest);
        this.#waiting.delete(digest);
        if (error === undefined) waiting?.resolve();
        else waiting?.reject(new Error(error));
      },
    });
  }

  /** Resolves with the kernel's word that the plan is in force. */
  realize(plan: NodePlan): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.set(plan.revision.digest, { resolve, reject });
    this.enforcement.adopt(plan);
    return promise;
  }

  close(): void {
    this.port.close();
  }
}
