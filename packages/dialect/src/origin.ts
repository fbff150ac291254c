/**
 * Which foreign object this is.
 *
 * @module
 */
import { isDnsLabel, isDnsName } from '@firsthop/policy';
import { describe, type ForeignRecord, isAbsent, type Notebook } from './notebook.ts';

export type System = 'antrea' | 'calico' | 'cilium';

export interface Origin {
  readonly system: System;
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for cluster-scoped kinds. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** A name that Kubernetes would not take is a fault and a name all the same: a policy that vanished for it would open what it closes. */
const readName = (raw: unknown, book: Notebook): string | undefined => {
  const path = ['metadata', 'name'];
  if (typeof raw !== 'string' || raw === '' || raw.length > 253) return book.error(isAbsent(raw) ? 'REQUIRED' : 'NAME_INVALID', path, `${isAbsent(raw) ? 'nothing' : describe(raw)} is not a name`);
  if (!isDnsName(raw)) book.error('NAME_INVALID', path, `${describe(raw)} is not a name: at most 253 of a-z, 0-9, "-", "."`);
  return raw;
};

const readNamespace = (raw: unknown, book: Notebook): string | undefined => {
  if (isAbsent(raw) || raw === '') return 'default';
  return typeof raw === 'string' && isDnsLabel(raw) ? raw : book.error('NAME_INVALID', ['metadata', 'namespace'], `${describe(raw)} is not a namespace: at most 63 of a-z, 0-9, "-"`);
};

export interface OriginKind {
  readonly system: System;
  readonly apiVersion: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

export const readOrigin = (object: ForeignRecord, { isNamespaced, ...kind }: OriginKind, book: Notebook): Origin | undefined => {
  const metadata = book.required(object.get('metadata'), ['metadata']);
  if (metadata === undefined) return undefined;
  const name = readName(metadata.get('name'), book);
  const namespace = isNamespaced ? readNamespace(metadata.get('namespace'), book) : undefined;
  return name === undefined || (isNamespaced && namespace === undefined) ? undefined : { ...kind, namespace, name };
};

export const originText = ({ apiVersion, kind, namespace, name }: Origin): string => `${apiVersion} ${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
