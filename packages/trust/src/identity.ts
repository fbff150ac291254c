/**
 * Who the holder of a certificate is. It stands in the certificate's only URI name,
 *
 *     spiffe://firsthop/cluster/<cluster>/<role>/<name>
 *
 * and nowhere else: what a peer says of itself in a message is compared with it, never believed.
 *
 * @module
 */
import { fail, ok, type Result } from '@firsthop/base';

export type Role = 'manager' | 'agent' | 'operator';

export interface Identity {
  readonly role: Role;
  readonly cluster: string;
  /** Of an agent: its node. */
  readonly name: string;
}

const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const ROLES: readonly string[] = ['manager', 'agent', 'operator'] satisfies Role[];
const isRole = (text: string): text is Role => ROLES.includes(text);

export const identityUri = ({ role, cluster, name }: Identity): string => {
  if (!NAME.test(cluster) || !NAME.test(name)) throw new Error(`"${cluster}" and "${name}" must be lower-case DNS names to stand in a certificate`);
  return `spiffe://firsthop/cluster/${cluster}/${role}/${name}`;
};

/**
 * Reads a certificate's subject alternative names as Node prints them (`tls.PeerCertificate.subjectaltname`).
 * Exactly one URI name must be there: two would leave it to the reader which one counts.
 */
export const identityOfCertificate = (subjectAltName: string | undefined): Result<Identity, string> => {
  const uris = (subjectAltName ?? '').split(', ').filter((name) => name.startsWith('URI:'));
  if (uris.length !== 1) return fail(`a certificate must have one URI name, this one has ${uris.length}`);
  const match = /^URI:spiffe:\/\/firsthop\/cluster\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(uris[0] ?? '');
  const [, cluster = '', role = '', name = ''] = match ?? [];
  if (match === null || !isRole(role) || !NAME.test(cluster) || !NAME.test(name)) return fail('the URI name of the certificate is not of the form spiffe://firsthop/cluster/CLUSTER/ROLE/NAME');
  return ok({ role, cluster, name });
};
