/**
 * Name and namespace of an object that somebody else wrote. Without them it can be neither placed nor reported.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { isDnsLabel, isDnsName } from './names.ts';
import type { PolicyError } from './policy-error.ts';
import { describe, errorsOf, type ForeignRecord, isAbsent, type Read, readObject, refuse } from './reading.ts';

export interface ObjectIdentity {
  readonly name: string;
  /** `default` when it is not written. Cluster-scoped kinds do not look at it. */
  readonly namespace: string;
}

const readName = (raw: unknown): Read<string> => {
  if (isAbsent(raw)) return refuse('REQUIRED', ['metadata', 'name'], 'every object has a name');
  if (typeof raw !== 'string' || !isDnsName(raw)) return refuse('NAME_INVALID', ['metadata', 'name'], `${describe(raw)} is not a name: at most 253 of a-z, 0-9, "-", "."`);
  return ok(raw);
};

const readNamespace = (raw: unknown): Read<string> => {
  if (isAbsent(raw) || raw === '') return ok('default');
  if (typeof raw !== 'string' || !isDnsLabel(raw)) return refuse('NAME_INVALID', ['metadata', 'namespace'], `${describe(raw)} is not a namespace: at most 63 of a-z, 0-9, "-"`);
  return ok(raw);
};

export const readIdentity = (object: ForeignRecord): Read<ObjectIdentity> => {
  const metadata = readObject(object.get('metadata'), ['metadata'], 'metadata with a name');
  if (!metadata.ok) return metadata;
  const name = readName(metadata.value.get('name'));
  const namespace = readNamespace(metadata.value.get('namespace'));
  const errors: PolicyError[] = [...errorsOf(name), ...errorsOf(namespace)];
  return name.ok && namespace.ok ? ok({ name: name.value, namespace: namespace.value }) : fail(errors);
};

/**
 * As above, but a name that Kubernetes would not take is a fault and a name all the same: the policy is in force under it. A policy
 * that vanished for its name would open what it closes.
 */
export const readPolicyIdentity = (object: ForeignRecord): { readonly identity: ObjectIdentity | undefined; readonly errors: readonly PolicyError[] } => {
  const strict = readIdentity(object);
  if (strict.ok) return { identity: strict.value, errors: [] };
  const metadata = readObject(object.get('metadata'), ['metadata'], '');
  const name = metadata.ok ? metadata.value.get('name') : undefined;
  const namespace = readNamespace(metadata.ok ? metadata.value.get('namespace') : undefined);
  const isSayable = typeof name === 'string' && /^[\w.-]{1,253}$/.test(name);
  return { identity: isSayable && namespace.ok ? { name, namespace: namespace.value } : undefined, errors: strict.error };
};
