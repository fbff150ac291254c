/**
 * Endpoint selectors as peers and as subjects.
 *
 * In a namespaced policy a selector that says nothing of namespaces means the policy's own; in a cluster-wide one every pod's.
 *
 * @module
 */
import { isDnsLabel, isDnsName } from '@firsthop/policy';
import { namespaceCalled, writeRequirements } from '../label-selectors.ts';
import type { Notebook, Path } from '../notebook.ts';
import type { Plain } from '../translation.ts';
import { type EndpointSelector, readSelector, soleName } from './selector.ts';

const reachOf = ({ cluster }: EndpointSelector): Plain => (cluster.length === 0 ? {} : { clusters: writeRequirements(cluster) });

const writeAccount = (selector: EndpointSelector, home: string | undefined, path: Path, book: Notebook): Plain | undefined => {
  const name = soleName(selector.account);
  const namespace = selector.namespace.length === 0 ? home : soleName(selector.namespace);
  if (name === undefined || !isDnsName(name) || namespace === undefined || !isDnsLabel(namespace)) return book.error('UNSUPPORTED', path, 'a service account is one name in one namespace here');
  const labels = selector.pod.length === 0 ? {} : { podSelector: writeRequirements(selector.pod), ...(namespace === home ? {} : { namespaceSelector: namespaceCalled(namespace) }) };
  return { serviceAccount: { namespace, name }, ...labels, ...reachOf(selector) };
};

/** What has no reserved label. */
export const writePeer = (selector: EndpointSelector, home: string | undefined, path: Path, book: Notebook): Plain | undefined => {
  if (selector.account.length > 0) return writeAccount(selector, home, path, book);
  return { podSelector: writeRequirements(selector.pod), ...(selector.namespace.length === 0 ? {} : { namespaceSelector: writeRequirements(selector.namespace) }), ...reachOf(selector) };
};

/** Undefined after a fault: the policy is left out. */
export const readSubject = (raw: unknown, path: Path, home: string | undefined, book: Notebook): Plain | undefined => {
  const selector = readSelector(raw, path, book);
  if (selector === undefined) return undefined;
  if (selector.reserved.length > 0) return book.error('UNSUPPORTED', path, 'policies govern pods here, and no reserved endpoints');
  if (selector.cluster.length > 0) return book.error('UNSUPPORTED', path, 'a policy governs pods of its own cluster');
  if (home === undefined) return writePeer(selector, home, path, book);
  const isHome = selector.namespace.every((one) => soleName([one]) === home && one.key === 'kubernetes.io/metadata.name');
  return isHome ? writePeer({ ...selector, namespace: [] }, home, path, book) : book.error('UNSUPPORTED', path, 'a namespaced policy governs its own namespace only');
};
