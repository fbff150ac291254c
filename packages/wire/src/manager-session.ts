/**
 * The manager's side of one agent's connection, without the connection.
 *
 * At most one plan message is under way; what changes meanwhile is in the next. So an agent that is slow, or stopped, costs the revision that it was
 * sent last, and no queue. Law: when the agent has acked the last message, it holds the current plan.
 *
 * @module
 */
import type { Revision } from '@firsthop/plan';
import type { Frame } from './frames/frame-builder.ts';
import { type AgentMessage, decodeAgentMessage, PROTOCOL } from './message.ts';
import type { NodeFeed, Progress } from './plan-feed.ts';
import { isOlder } from './revision-order.ts';

/** What the socket must do. `queue`: when there is room for a whole plan, to call `sendWhole`. */
export type SessionAction = { readonly do: 'send'; readonly frame: Frame } | { readonly do: 'queue' } | { readonly do: 'close'; readonly reason: string };

export type AgentReport = Extract<AgentMessage, { type: 'ack' }>;

export interface ManagerSessionOptions {
  /** From the agent's certificate. */
  readonly node: string;
  readonly feed: NodeFeed;
  readonly onReport: (report: AgentReport) => void;
  /** The agent is further than this manager, and waits for it; `undefined`: no longer. */
  readonly onWait?: (accepted: Revision | undefined) => void;
}

/** A whole plan takes the manager as long as a hundred changes. An agent of ours asks for one when a change did not fit, which never happens twice in a row. */
const MAX_RESYNCS = 10;

export class ManagerSession {
  readonly #options: ManagerSessionOptions;
  /** Of the plan that the agent holds, or will once it has read what is under way. Undefined: none, or nobody knows. */
  #sent: Revision | undefined;
  /** The newest that the agent is known to have accepted: it is not taken back. */
  #accepted: Revision | undefined;
  #state: 'new' | 'idle' | 'asked' | 'queued' | 'underWay' = 'new';
  /** In how many buckets it was asked what the agent holds. */
  #buckets = 0;
  #isWaiting = false;
  #resyncs = 0;

  constructor(options: ManagerSessionOptions) {
    this.#options = options;
  }

  receive(text: string): SessionAction[] {
    const message = decodeAgentMessage(text);
    if (!message.ok) return [{ do: 'close', reason: message.error }];
    return this.#state === 'new' ? this.#greet(message.value) : this.#continue(message.value);
  }

  /** To be called when the current plan may have changed. */
  planChanged(): SessionAction[] {
    if (this.#state !== 'idle') return [];
    const standing = this.#standing();
    if (standing !== 'behind') return standing === 'lag' ? this.#wait() : this.#goOn();
    this.#goOn();
    if (this.#sent === undefined) return this.#queue();
    const progress = this.#options.feed.since(this.#sent.digest);
    // What is on the way to now may be older than what the agent has: it comes from another replica, and was there already.
    if (progress !== undefined && !this.#isOlder(progress.revision)) return this.#send(progress);
    const { frame, buckets } = this.#options.feed.ask();
    this.#state = 'asked';
    this.#buckets = buckets;
    return [{ do: 'send', frame }];
  }

  /** After `queue`: there is room. */
  sendWhole(): SessionAction[] {
    if (this.#state !== 'queued') return [];
    this.#state = 'idle';
    const revision = this.#options.feed.revision();
    return revision !== undefined && this.#standing() === 'behind' ? this.#send({ frame: this.#options.feed.whole(), revision }) : [];
  }

  /** `behind`: there is another plan, and not one that would take the agent back. `lag`: this manager must catch up with its agent first. */
  #standing(): 'level' | 'behind' | 'lag' {
    const current = this.#options.feed.revision();
    if (current === undefined || current.digest === this.#sent?.digest) return 'level';
    return this.#isOlder(current) ? 'lag' : 'behind';
  }

  #isOlder(revision: Revision): boolean {
    return this.#accepted !== undefined && isOlder(revision, this.#accepted);
  }

  #wait(): SessionAction[] {
    if (this.#isWaiting) return [];
    this.#isWaiting = true;
    this.#options.onWait?.(this.#accepted);
    const frame = this.#options.feed.wait();
    return frame === undefined ? [] : [{ do: 'send', frame }];
  }

  #goOn(): SessionAction[] {
    if (this.#isWaiting) this.#options.onWait?.(undefined);
    this.#isWaiting = false;
    return [];
  }

  #queue(): SessionAction[] {
    this.#state = 'queued';
    return [{ do: 'queue' }];
  }

  #send({ frame, revision }: Progress): SessionAction[] {
    this.#sent = this.#accepted = revision;
    this.#state = 'underWay';
    return [{ do: 'send', frame }];
  }

  #greet(message: AgentMessage): SessionAction[] {
    if (message.type !== 'hello') return [{ do: 'close', reason: 'the first message must be hello' }];
    if (message.protocol !== PROTOCOL) return [{ do: 'close', reason: `this manager speaks protocol ${PROTOCOL}, the agent ${message.protocol}` }];
    if (message.node !== this.#options.node) return [{ do: 'close', reason: `the certificate is of node ${this.#options.node}, the agent says ${message.node}` }];
    this.#state = 'idle';
    this.#sent = this.#accepted = message.have;
    return this.planChanged();
  }

  #continue(message: AgentMessage): SessionAction[] {
    switch (message.type) {
      case 'hello':
        return [{ do: 'close', reason: 'a second hello' }];
      case 'resync':
        if (++this.#resyncs > MAX_RESYNCS) return [{ do: 'close', reason: `asked for a whole plan ${this.#resyncs} times` }];
        this.#sent = undefined;
        if (this.#state === 'underWay' || this.#state === 'asked') this.#state = 'idle';
        return this.planChanged();
      case 'outline':
        return this.#mend(message);
      case 'ack':
        this.#options.onReport(message);
        // An ack of something else is a repeated report (a repair, an interface that came): it ends nothing.
        if (message.digest === this.#sent?.digest && this.#state === 'underWay') this.#state = 'idle';
        return this.planChanged();
    }
  }

  #mend({ digest, sums }: Extract<AgentMessage, { type: 'outline' }>): SessionAction[] {
    if (this.#state !== 'asked' || digest !== this.#sent?.digest) return [{ do: 'close', reason: 'an outline that nobody asked for' }];
    this.#state = 'idle';
    // It has become the same meanwhile, or facts are missing that were there.
    if (this.#standing() !== 'behind') return this.planChanged();
    const mend = this.#options.feed.mend(digest, sums, this.#buckets);
    if (mend === undefined) return [{ do: 'close', reason: 'an outline of other buckets than were asked for' }];
    if (mend !== 'whole') return this.#send(mend);
    this.#sent = undefined;
    return this.#queue();
  }
}
