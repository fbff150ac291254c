/**
 * What agents say to their manager: JSON text, every bound checked on reading. What the manager says is in `frames/`.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { digestSchema, nameSchema, type Revision } from '@firsthop/plan';
import { z } from 'zod';
import { MOST_BUCKETS } from './outline/buckets.ts';

export const PROTOCOL: number = 3;
/** Bytes of one frame of the manager's. */
export const MAX_FRAME: number = 64 * 1024 * 1024;
/** Characters of one message of an agent's. */
export const MAX_AGENT_FRAME: number = 4 * 1024 * 1024;

export interface EndpointState {
  readonly id: string;
  readonly workload: string;
  readonly state: 'Enforced' | 'NotEnforced';
  readonly reason?: string | undefined;
}

/** What an agent has to say of its endpoints since it said something last; `isWhole`: it is all that there is to say. */
export interface EndpointNews {
  readonly isWhole: boolean;
  readonly put: readonly EndpointState[];
  readonly gone: readonly string[];
}

export type AgentMessage =
  /** First word. `have`: the plan that it holds already. */
  | { readonly type: 'hello'; readonly protocol: number; readonly node: string; readonly have?: Revision | undefined }
  /** The plan of this digest is in the kernel, read back as `kernel`; or why it is not. `repaired`: objects that others had changed there, since the agent began. `endpoints`: undefined is as said before. */
  | { readonly type: 'ack'; readonly digest: string; readonly kernel?: string | undefined; readonly error?: string | undefined; readonly repaired?: number | undefined; readonly endpoints?: EndpointNews | undefined }
  /** What the plan of this digest looks like, in the buckets that were asked for: four bytes each, in base64. */
  | { readonly type: 'outline'; readonly digest: string; readonly sums: string }
  /** The last change did not fit: send everything. */
  | { readonly type: 'resync'; readonly reason: string };

/** Base64 of as many buckets as there may be. */
const longestSums = 4 * Math.ceil((4 * MOST_BUCKETS) / 3);
const sentence = z.string().max(2048);
const endpointId = z.string().max(1024);
const mostEndpoints = 10_000;
const EndpointStates = z.array(z.strictObject({ id: endpointId, workload: z.string().max(512), state: z.enum(['Enforced', 'NotEnforced']), reason: sentence.optional() })).max(mostEndpoints);
const News = z.strictObject({ isWhole: z.boolean(), put: EndpointStates, gone: z.array(endpointId).max(mostEndpoints) });

const RevisionJson = z.strictObject({ epoch: z.int().min(0), watermarks: z.array(z.tuple([z.string().max(256), z.int().min(0)])).max(256), digest: digestSchema });

const Agent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.int(), node: nameSchema, have: RevisionJson.optional() }),
  z.strictObject({ type: z.literal('ack'), digest: digestSchema, kernel: z.string().max(128).optional(), error: sentence.optional(), repaired: z.int().min(0).optional(), endpoints: News.optional() }),
  z.strictObject({ type: z.literal('outline'), digest: digestSchema, sums: z.string().max(longestSums) }),
  z.strictObject({ type: z.literal('resync'), reason: sentence }),
]);

const revisionPairs = (revision: Revision): unknown => ({ ...revision, watermarks: [...revision.watermarks] });

export const encodeAgentMessage = (message: AgentMessage): string =>
  JSON.stringify(message.type === 'hello' && message.have !== undefined ? { ...message, have: revisionPairs(message.have) } : message);

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
