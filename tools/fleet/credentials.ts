/**
 * An authority, and what it issues to a manager and its agents, in one file.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CertificateAuthority, type Credentials } from '@firsthop/trust';

export interface FleetCredentials {
  readonly manager: Credentials;
  /** By node. */
  readonly agents: Readonly<Record<string, Credentials>>;
}

export const fleetCluster = 'bench';
export const nodeName = (n: number): string => `node-${n}`;

export const issueFleet = async (file: string, agents: number): Promise<void> => {
  const authority = await CertificateAuthority.create('fleet');
  const issued: Record<string, Credentials> = {};
  for (let n = 0; n < agents; n++) issued[nodeName(n)] = await authority.issue({ identity: { role: 'agent', cluster: fleetCluster, name: nodeName(n) } });
  const manager = await authority.issue({ identity: { role: 'manager', cluster: fleetCluster, name: 'manager' }, hosts: ['127.0.0.1'] });
  writeFileSync(file, JSON.stringify({ manager, agents: issued } satisfies FleetCredentials));
};

export const readFleet = (file: string): FleetCredentials => JSON.parse(readFileSync(file, 'utf8')) as FleetCredentials;
