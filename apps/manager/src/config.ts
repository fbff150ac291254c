/**
 * The manager's settings: one YAML file, overridden by FIRSTHOP_* variables, read once.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parse } from 'yaml';
import { z } from 'zod';

const ManagerConfig = z
  .strictObject({
    cluster: z.string().min(1),
    /** The policy directory: facts and policies as Kubernetes YAML. */
    directory: z.string().optional(),
    /** Facts and policies of the cluster's own API server. `{}`: where `kubectl` would look, and inside of a cluster its service account. */
    kubernetes: z.strictObject({ kubeconfig: z.string().optional(), context: z.string().optional() }).optional(),
    listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: z.int().min(0).max(65_535) }),
    tls: z.strictObject({ ca: z.string(), cert: z.string(), key: z.string() }),
    /** Holds the generation counter, so that a restarted manager never names an older one. */
    stateDir: z.string(),
    /** Raised by whoever put back an older state on purpose: only a new epoch may take agents back. */
    epoch: z.int().min(0).default(0),
    /** Other managers serve the same directory. `folder`: all of them see it, and it is theirs alone. `name`: of this one, not of another. */
    replicas: z.strictObject({ folder: z.string(), name: z.string().min(1).max(64).regex(/^[^/]+$/).default(hostname()) }).optional(),
    /** Unix socket for status; only its owner may connect. */
    controlSocket: z.string().optional(),
  })
  .refine(({ directory, kubernetes }) => (directory === undefined) !== (kubernetes === undefined), { message: 'say one of directory and kubernetes: where facts and policies come from' })
  .refine(({ kubernetes, replicas }) => kubernetes === undefined || replicas === undefined, { message: 'replicas read a directory: with kubernetes, run one manager', path: ['replicas'] });
export type ManagerConfig = z.infer<typeof ManagerConfig>;

const SCALARS = { FIRSTHOP_CLUSTER: 'cluster', FIRSTHOP_DIRECTORY: 'directory', FIRSTHOP_STATE_DIR: 'stateDir' } as const;

/** Throws with every fault and its place. `env` overrides the file. */
export const readConfig = (file: string, env: Readonly<Record<string, string | undefined>>): ManagerConfig => {
  const fromFile: unknown = parse(readFileSync(file, 'utf8'));
  const overrides = Object.fromEntries(Object.entries(SCALARS).flatMap(([variable, field]) => (env[variable] === undefined ? [] : [[field, env[variable]]])));
  const parsed = ManagerConfig.safeParse({ ...(fromFile as object), ...overrides });
  if (!parsed.success) throw new Error(`${file}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`);
  return parsed.data;
};
