/**
 * Asks one manager for its status, over its served API and with an operator's certificate.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';
import { type ClusterInfo, type ClusterStatus, connectPeerClient } from '@firsthop/federation';
import { identityOfCertificate } from '@firsthop/trust';

const PATIENCE_MS = 5000;

export interface ManagerAddress {
  /** `wss://host:port/api` */
  readonly url: string;
  /** PEM texts. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface ClusterReport extends ClusterStatus {
  /** The clusters that it exchanges endpoints with. */
  readonly peers: readonly ClusterInfo[];
}

/** Fails with why there was no answer, for people. */
export const askManager = async ({ url, tls }: ManagerAddress): Promise<Result<ClusterReport, string>> => {
  let why = 'nobody answers';
  const client = connectPeerClient({
    url,
    tls,
    onFault: (reason) => (why = reason),
    checkServer: ({ subjectaltname }) => {
      const identity = identityOfCertificate(subjectaltname);
      return identity.ok && identity.value.role === 'manager' ? undefined : new Error('the certificate that answers is no manager\'s');
    },
  });
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const [status, peers] = await Promise.all([client.api.status.get.query(undefined, { signal }), client.api.clusters.list.query(undefined, { signal })]);
    return ok({ ...status, peers });
  } catch (error) {
    const refused = error instanceof Error && /operator/.test(error.message);
    return fail(refused ? error.message : why);
  } finally {
    await client.close();
  }
};
