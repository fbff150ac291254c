/**
 * What manager and agent say to each other. JSON text, one message a frame, every bound checked on reading.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { decodeDelta, decodePlan, digestSchema, encodeDelta, encodePlan, nameSchema, type NodePlan, type PlanDelta, type Revision } from '@firsthop/plan';
import { z } from 'zod';

export const PROTOCOL: number = 1;
/** Characters of one frame. */
export const MAX_FRAME: number = 64 * 1024 * 1024;
export const MAX_AGENT_FRAME: number = 4 * 1024 * 1024;

export type ManagerMessage =
  /** Everything. */
  | { readonly type: 'snapshot'; readonly plan: NodePlan }
  /** A change of the plan that the agent holds. */
  | { readonly type: 'delta'; readonly delta: PlanDelta };

export interface EndpointState {
  readonly id: string;
  readonly workload: string;
  readonly state: 'Enforced' | 'NotEnforced';
  readonly reason?: string | undefined;
}

export type AgentMessage =
  /** First word. `have`: the plan that it holds already. */
  | { readonly type: 'hello'; readonly protocol: number; readonly node: string; readonly have?: Revision | undefined }
  /** The plan of this digest is in the kernel, read back as `kernel`; or why it is not. `repaired`: objects that others had changed there, since the agent began. */
  | { readonly type: 'ack'; readonly digest: string; readonly kernel?: string | undefined; readonly error?: string | undefined; readonly repaired?: number | undefined; readonly endpoints: readonly EndpointState[] }
  /** The last change did not fit: send everything. */
  | { readonly type: 'resync'; readonly reason: string };

const sentence = z.string().max(2048);
const EndpointStates = z
  .array(z.strictObject({ id: z.string().max(1024), workload: z.string().max(512), state: z.enum(['Enforced', 'NotEnforced']), reason: sentence.optional() }))
  .max(10_000);

const RevisionJson = z.strictObject({ epoch: z.int().min(0), watermarks: z.array(z.tuple([z.string().max(256), z.int().min(0)])).max(256), digest: digestSchema });

const Agent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.int(), node: nameSchema, have: RevisionJson.optional() }),
  z.strictObject({ type: z.literal('ack'), digest: digestSchema, kernel: z.string().max(128).optional(), error: sentence.optional(), repaired: z.int().min(0).optional(), endpoints: EndpointStates }),
  z.strictObject({ type: z.literal('resync'), reason: sentence }),
]);

const revisionPairs = (revision: Revision): unknown => ({ ...revision, watermarks: [...revision.watermarks] });

export const encodeAgentMessage = (message: AgentMessage): string =>
  JSON.stringify(message.type === 'hello' && message.have !== undefined ? { ...message, have: revisionPairs(message.have) } : message);

export const encodeManagerMessage = (message: ManagerMessage): string =>
  JSON.stringify(message.type === 'snapshot' ? { type: 'snapshot', plan: encodePlan(message.plan) } : { type: 'delta', delta: encodeDelta(message.delta) });

const parseJson = (text: string, most: number): Result<unknown, string> => {
  if (text.length > most) return fail(`a message of ${text.length} characters; ${most} are allowed`);
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail('a message that is not JSON');
  }
};

export const decodeAgentMessage = (text: string): Result<AgentMessage, string> => {
  const json = parseJson(text, MAX_AGENT_FRAME);
  if (!json.ok) return json;
  const parsed = Agent.safeParse(json.value);
  if (!parsed.success) return fail(`not a message of an agent: ${parsed.error.issues[0]?.message ?? ''} at ${parsed.error.issues[0]?.path.join('.') ?? ''}`);
  const message = parsed.data;
  if (message.type !== 'hello' || message.have === undefined) return ok(message as AgentMessage);
  return ok({ ...message, have: { ...message.have, watermarks: new Map(message.have.watermarks) } });
};

export const decodeManagerMessage = (text: string): Result<ManagerMessage, string> => {
  const json = parseJson(text, MAX_FRAME);
  if (!json.ok) return json;
  const { type, plan, delta } = (typeof json.value === 'object' && json.value !== null ? json.value : {}) as { type?: unknown; plan?: unknown; delta?: unknown };
  if (type === 'snapshot') {
    const decoded = decodePlan(plan);
    return decoded.ok ? ok({ type, plan: decoded.value }) : fail(decoded.error.message);
  }
  if (type !== 'delta') return fail('not a message of a manager');
  const decoded = decodeDelta(delta);
  return decoded.ok ? ok({ type, delta: decoded.value }) : fail(decoded.error.message);
};
