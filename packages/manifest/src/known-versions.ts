/**
 * The kinds that are read, with the versions of theirs that are. Another version of a known kind is no stranger: what it says would be
 * missed, so it is an error and not a skip.
 *
 * @module
 */
import { policyVersions } from '@firsthop/policy';

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

/** Kubernetes' own groups and ours. Under another roof a kind of the same name is somebody else's. */
const isOwnGroup = (group: string): boolean => !group.includes('.') || group.endsWith('.k8s.io') || group === 'firsthop.dev';

/** The versions in which a kind is read, as `group/version`. Undefined: the kind is not known, or is another one of that name. */
export const versionsOf = (apiVersion: string, kind: string, read: Iterable<string>): readonly string[] | undefined => {
  if (!isOwnGroup(groupOf(apiVersion))) return undefined;
  const versions = [...read, ...policyVersions].filter((one) => one.endsWith(` ${kind}`)).map((one) => one.slice(0, one.indexOf(' ')));
  return versions.length === 0 ? undefined : versions;
};
