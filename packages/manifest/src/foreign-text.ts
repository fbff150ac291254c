/**
 * What lies beside manifests and is none: values of charts, patches, settings of tools.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';

/** With any of these it is an object that lost something, perhaps its kind, and might have been a policy. */
const marks = ['apiVersion', 'kind', 'metadata', 'spec'];

const isForeignObject = (raw: unknown): boolean => {
  const record = readRecord(raw);
  return record !== undefined && marks.every((mark) => !record.has(mark));
};

/** An object that says nothing of Kubernetes, or a list of such. */
export const isForeignText = (raw: unknown): boolean => (Array.isArray(raw) ? raw.length > 0 && raw.every(isForeignObject) : isForeignObject(raw));
