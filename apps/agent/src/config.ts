/**
 * The agent's settings: one YAML file, overridden by FIRSTHOP_* variables, read once.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const AgentConfig = z.strictObject({
  cluster: z.string().min(1),
  node: z.string().min(1),
  /** `wss://host:port/agent` */
  managers: z.array(z.url({ protocol: /^wss$/ })).min(1),
  tls: z.strictObject({ ca: z.string(), cert: z.string(), key: z.string() }),
  /** Holds the last accepted plan. */
  stateDir: z.string(),
  /** Unix socket for status and counters; only its owner may connect. */
  controlSocket: z.string(),
  /** Interface name prefixes that the operator declares to be ours alone: closed until a plan says otherwise. */
  exclusivePrefixes: z.array(z.string().regex(/^[a-z][a-z0-9-]{0,11}$/)).default([]),
  /** `linux`, or the Unix socket of a simulated machine, for labs without root. */
  kernel: z.union([z.literal('linux'), z.strictObject({ simulated: z.string() })]).default('linux'),
  /** How policy is said to the kernel. `auto`: in registers, if the tools of this host survive it (docs/design/registers.md). */
  encoding: z.enum(['auto', 'chains', 'registers']).default('auto'),
  /** How often the kernel is read back and compared, milliseconds. */
  verifyEveryMs: z.int().min(100).default(5000),
  /** After a first installation TCP connections that are older than it may go on for so long, milliseconds; 0: they may not. */
  adoptMs: z.int().min(0).max(86_400_000).default(120_000),
  /** Records of connections that are kept for whoever asks; the oldest make room. */
  flowRecords: z.int().min(1).max(1_000_000).default(10_000),
});
export type AgentConfig = z.infer<typeof AgentConfig>;

const SCALARS = { FIRSTHOP_CLUSTER: 'cluster', FIRSTHOP_NODE: 'node', FIRSTHOP_STATE_DIR: 'stateDir', FIRSTHOP_CONTROL_SOCKET: 'controlSocket', FIRSTHOP_ENCODING: 'encoding' } as const;

/** Throws with every fault and its place. `env` overrides the file. */
export const readConfig = (file: string, env: Readonly<Record<string, string | undefined>>): AgentConfig => {
  const fromFile: unknown = parse(readFileSync(file, 'utf8'));
  const overrides = Object.fromEntries(Object.entries(SCALARS).flatMap(([variable, field]) => (env[variable] === undefined ? [] : [[field, env[variable]]])));
  const parsed = AgentConfig.safeParse({ ...(fromFile as object), ...overrides });
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  return parsed.data;
};
