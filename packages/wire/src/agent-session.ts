/**
 * The agent's side of the connection, without the connection. Holds the last accepted plan across connections; accepts a
 * plan whole or not at all, and never one that would take it back.
 *
 * @module
 */
import { applyDelta, type NodePlan, type PlanDelta, type Revision } from '@firsthop/plan';
import { EndpointTeller } from './endpoint-teller.ts';
import { readFrame } from './frames/read-frame.ts';
import { changeOf } from './outline/mend.ts';
import { outlineOf, sumsText } from './outline/outline.ts';
import { type EndpointState, encodeAgentMessage, PROTOCOL } from './message.ts';
import { isOlder } from './revision-order.ts';

export type AgentAction =
  | { readonly do: 'send'; readonly text: string }
  | { readonly do: 'adopt'; readonly plan: NodePlan }
  /** This manager knows less than was accepted already. It will go on when it has caught up; another one may be further. */
  | { readonly do: 'lag'; readonly reason: string }
  | { readonly do: 'close'; readonly reason: string };

export interface Realization {
  readonly digest: string;
  /** Digest of the kernel's state as read back. */
  readonly kernel?: string | undefined;
  readonly error?: string | undefined;
  /** Objects that somebody else had changed in the kernel and that were put right, since this agent began. Undefined: none. */
  readonly repaired?: number | undefined;
  readonly endpoints: readonly EndpointState[];
}

export class AgentSession {
  readonly #node: string;
  #plan: NodePlan | undefined;
  /** The newest that was accepted, though its plan may be lost. */
  #accepted: Revision | undefined;
  readonly #endpoints = new EndpointTeller();

  /** What the disk remembered; `accepted` may be of a plan that it lost. */
  constructor(node: string, plan: NodePlan | undefined, accepted: Revision | undefined = plan?.revision) {
    this.#node = node;
    this.#plan = plan;
    this.#accepted = accepted;
  }

  get plan(): NodePlan | undefined {
    return this.#plan;
  }

  hello(): string {
    this.#endpoints.begin();
    return encodeAgentMessage({ type: 'hello', protocol: PROTOCOL, node: this.#node, have: this.#plan?.revision });
  }

  /** The bytes may be overwritten afterwards. */
  receive(frame: Uint8Array): AgentAction[] {
    const message = readFrame(frame);
    if (!message.ok) return [{ do: 'close', reason: message.error }];
    const heard = message.value;
    if (heard.type === 'snapshot') return this.#adopt(heard.plan);
    if (heard.type === 'wait') return [{ do: 'lag', reason: `the manager lags (${positionOf(heard.revision)}) behind what was accepted (${this.#accepted === undefined ? 'nothing' : positionOf(this.#accepted)})` }];
    const plan = this.#plan;
    if (plan === undefined) return [resync('no plan to change')];
    if (heard.type === 'ask') return [{ do: 'send', text: encodeAgentMessage({ type: 'outline', digest: plan.revision.digest, sums: sumsText(outlineOf(plan, heard.buckets)) }) }];
    return this.#change(plan, heard.type === 'mend' ? [changeOf(plan, heard.mend)] : heard.deltas);
  }

  /** What was said of endpoints before, on the same connection, is not said again: to be called only for what is sent. */
  ack({ endpoints, ...realization }: Realization): string {
    return encodeAgentMessage({ type: 'ack', ...realization, endpoints: this.#endpoints.news(endpoints) });
  }

  #change(from: NodePlan, deltas: readonly PlanDelta[]): AgentAction[] {
    let plan = from;
    for (const delta of deltas) {
      const next = applyDelta(plan, delta);
      if (!next.ok) return [resync(next.error.message)];
      plan = next.value;
    }
    return this.#adopt(plan);
  }

  #adopt(plan: NodePlan): AgentAction[] {
    if (plan.node !== this.#node) return [{ do: 'close', reason: `a plan for node ${plan.node}` }];
    if (this.#accepted !== undefined && isOlder(plan.revision, this.#accepted)) return [{ do: 'close', reason: `the manager offers an older plan (${positionOf(plan.revision)}) than was accepted (${positionOf(this.#accepted)})` }];
    this.#plan = plan;
    this.#accepted = plan.revision;
    return [{ do: 'adopt', plan }];
  }
}

/** For people. */
const positionOf = ({ epoch, watermarks }: Revision): string => [`epoch ${epoch}`, ...[...watermarks].map(([source, position]) => `${source} ${position}`)].join(', ');

const resync = (reason: string): AgentAction => ({ do: 'send', text: encodeAgentMessage({ type: 'resync', reason }) });
