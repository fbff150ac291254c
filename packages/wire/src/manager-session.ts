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
import type { NodeFeed } from './plan-feed.ts';
import { isOlder } from './revision-order.ts';

/** What the socket must do. `queue`: when there is room for a whole plan, to call `sendWhole`. */
export type SessionAction = { readonly do: 'send'; readonly frame: Frame } | { readonly do: 'queue' } | { readonly do: 'close'; readonly reason: string };

export type AgentReport = Extract<AgentMessage, { type: 'ack' }>;

export interface ManagerSessionOptions {
  /** From the agent's certificate. */
  readonly node: string;
  readonly feed: NodeFeed;
  readonly onReport: (report: AgentReport) => void;
}

export class ManagerSession {
  readonly #options: ManagerSessionOptions;
  /** Of the plan that the agent holds, or will once it has read what is under way. Undefined: none, or nobody knows. */
  #sent: Revision | undefined;
  /** The newest that the agent is known to have accepted: it is not taken back. */
  #accepted: Revision | undefined;
  #state: 'new' | 'idle' | 'queued' | 'underWay' = 'new';

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
    if (this.#state !== 'idle' || !this.#isBehind()) return [];
    const progress = this.#sent === undefined ? undefined : this.#options.feed.since(this.#sent.digest);
    if (progress !== undefined) return this.#send(progress.frame, progress.revision);
    this.#state = 'queued';
    return [{ do: 'queue' }];
  }

  /** After `queue`: there is room. */
  sendWhole(): SessionAction[] {
    if (this.#state !== 'queued') return [];
    this.#state = 'idle';
    const revision = this.#options.feed.revision();
    return revision !== undefined && this.#isBehind() ? this.#send(this.#options.feed.whole(), revision) : [];
  }

  /** There is another plan, and not one that would take the agent back: a lagging replica waits until it has caught up with its agent. */
  #isBehind(): boolean {
    const current = this.#options.feed.revision();
    if (current === undefined || current.digest === this.#sent?.digest) return false;
    return this.#accepted === undefined || !isOlder(current, this.#accepted);
  }

  #send(frame: Frame, revision: Revision): SessionAction[] {
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
        this.#sent = undefined;
        if (this.#state === 'underWay') this.#state = 'idle';
        return this.planChanged();
      case 'ack':
        this.#options.onReport(message);
        // An ack of something else is a repeated report (a repair, an interface that came): it ends nothing.
        if (message.digest === this.#sent?.digest && this.#state === 'underWay') this.#state = 'idle';
        return this.planChanged();
    }
  }
}
