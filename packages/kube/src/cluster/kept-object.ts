/**
 * What is kept of an object: as little of it as is read, so that the rest of it may change as it likes.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';

/** JSON. */
export type Kept = Readonly<Record<string, unknown>>;

const pick = (raw: unknown, names: readonly string[]): Kept => {
  const record = readRecord(raw);
  return Object.fromEntries(names.flatMap((name) => (record?.get(name) === undefined ? [] : [[name, record.get(name)]])));
};

const each = (raw: unknown, names: readonly string[]): unknown => (Array.isArray(raw) ? raw.map((one) => pick(one, names)) : raw);

const own = /^firsthop\.dev\//;
/** Somebody else's annotations change often, and are long. */
const keptAnnotations = (raw: unknown): unknown => {
  const record = readRecord(raw);
  // What cannot be read is for the reader to say.
  if (record === undefined) return raw;
  const kept = [...record].filter(([name]) => own.test(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
};

const metadataOf = (raw: unknown): Kept => {
  const { annotations, ownerReferences, ...rest } = pick(raw, ['name', 'namespace', 'uid', 'labels', 'annotations', 'ownerReferences']);
  return { ...rest, annotations: keptAnnotations(annotations), ownerReferences: each(ownerReferences, ['kind', 'name', 'controller']) };
};

const headOf = (apiVersion: string, kind: string, metadata: unknown): Kept => ({ apiVersion, kind, metadata: metadataOf(metadata) });

/** Items of a list do not say what they are; whoever asked for them knows. */
export type Keep = (apiVersion: string, kind: string) => (object: unknown) => Kept;

export const keepSpec: Keep = (apiVersion, kind) => (object) => {
  const record = readRecord(object);
  return { ...headOf(apiVersion, kind, record?.get('metadata')), spec: record?.get('spec') };
};

export const keepHead: Keep = (apiVersion, kind) => (object) => headOf(apiVersion, kind, readRecord(object)?.get('metadata'));

export const keepNode: Keep = (apiVersion, kind) => (object) => {
  const record = readRecord(object);
  return { ...headOf(apiVersion, kind, record?.get('metadata')), status: pick(record?.get('status'), ['addresses']) };
};

const containers = (raw: unknown): unknown => each(raw, ['ports', 'restartPolicy']);

export const keepPod: Keep = (apiVersion, kind) => (object) => {
  const record = readRecord(object);
  const { containers: main, initContainers, ...spec } = pick(record?.get('spec'), ['nodeName', 'serviceAccountName', 'hostNetwork', 'containers', 'initContainers']);
  return { ...headOf(apiVersion, kind, record?.get('metadata')), spec: { ...spec, containers: containers(main), initContainers: containers(initContainers) }, status: pick(record?.get('status'), ['phase', 'podIP', 'podIPs']) };
};
