/**
 * What every object says of itself.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';

export interface ObjectHead {
  /** Another one for each object that ever was. */
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Undefined: that is no object of an API server. */
export const headOf = (raw: unknown): ObjectHead | undefined => {
  const metadata = readRecord(readRecord(raw)?.get('metadata'));
  const [uid, resourceVersion] = [metadata?.get('uid'), metadata?.get('resourceVersion')];
  return typeof uid === 'string' && uid !== '' && typeof resourceVersion === 'string' && resourceVersion !== '' ? { uid, resourceVersion } : undefined;
};

/** Undefined where one of them is no number: versions are the server's own business then, and cannot be compared. */
export const isOlder = (one: string, than: string): boolean | undefined => {
  if (!/^\d{1,20}$/.test(one) || !/^\d{1,20}$/.test(than)) return undefined;
  return BigInt(one) < BigInt(than);
};
