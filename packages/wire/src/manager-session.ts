/**
 * The manager's side of one agent's connection, without the connection.
 *
 * At most one plan message is under way; what changes meanwhile is merged into the next. So an agent that is slow, or
 * stopped, costs one reference to the plan it was sent last, and no queue. Law: when the agent has acked the last message,
 * it holds the current plan.
 *
 * @module
 */
import { diffPlans, type NodePlan } from '@firsthop/plan';
import { type AgentMessage, decodeAgentMessage, encodeManagerMessage, PROTOCOL } from './message.ts';
import { isOlder } from './revision-order.ts';

/** What the socket must do. */
export type SessionAction = { readonly do: 'send'; readonly text: string } | { readonly do: 'close'; readonly reason: string };

export type AgentReport = Extract<AgentMessage, { type: 'ack' }>;

export interface ManagerSessionOptions {
  /** From the agent's certificate. */
  readonly node: string;
  /** The plan to enforce now; undefined while this manager does not know enough to say. */
  readonly current: () => NodePlan | undefined;
  readonly onReport: (report: AgentReport) => void;
}

export class ManagerSession {
  readonly #options: ManagerSessionOptions;
  /** What the agent holds, or will once it has read what is under way. */
  #sent: NodePlan | undefined;
  #greeted = false;
  #underWay = false;

  constructor(options: ManagerSessionOptions) {
    this.#options = options;
  }

  receive(text: string): SessionAction[] {
    const message = decodeAgentMessage(text);
    if (!message.ok) return [{ do: 'close', reason: message.error }];
    return this.#greeted ? this.#continue(message.value) : this.#greet(message.value);
  }

  /** To be called when the current plan may have changed. */
  planChanged(): SessionAction[] {
    if (!this.#greeted || this.#underWay) return [];
    const current = this.#options.current();
    if (current === undefined || current.revision.digest === this.#sent?.revision.digest) return [];
    // A lagging replica waits until it has caught up with its agent.
    if (this.#sent !== undefined && isOlder(current.revision, this.#sent.revision)) return [];
    const delta = this.#sent === undefined ? undefined : diffPlans(this.#sent, current);
    this.#sent = current;
    this.#underWay = true;
    return [{ do: 'send', text: encodeManagerMessage(delta === undefined ? { type: 'snapshot', plan: current } : { type: 'delta', delta }) }];
  }

  #greet(message: AgentMessage): SessionAction[] {
    if (message.type !== 'hello') return [{ do: 'close', reason: 'the first message must be hello' }];
    if (message.protocol !== PROTOCOL) return [{ do: 'close', reason: `this manager speaks protocol ${PROTOCOL}, the agent ${message.protocol}` }];
    if (message.node !== this.#options.node) return [{ do: 'close', reason: `the certificate is of node ${this.#options.node}, the agent says ${message.node}` }];
    this.#greeted = true;
    const current = this.#options.current();
    if (current !== undefined && message.have?.digest === current.revision.digest) this.#sent = current;
    return this.planChanged();
  }

  #continue(message: AgentMessage): SessionAction[] {
    switch (message.type) {
      case 'hello':
        return [{ do: 'close', reason: 'a second hello' }];
      case 'resync':
        this.#sent = undefined;
        this.#underWay = false;
        return this.planChanged();
      case 'ack':
        this.#options.onReport(message);
        // An ack of something else is a repeated report (a repair, an interface that came): it ends nothing.
        if (message.digest === this.#sent?.revision.digest) this.#underWay = false;
        return this.planChanged();
    }
  }
}
