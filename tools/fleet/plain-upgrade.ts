/**
 * Agents without TLS, so that what TLS takes can be told from what the manager takes. For measurements alone: whoever connects says who it is.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import { fleetCluster } from './credentials.ts';

/** What a plain agent asks for. */
export const plainPath = (node: string): string => `/agent?node=${node}`;

/** Lets the connection look as if it had a certificate of the node that its path names. */
export const believe = (request: IncomingMessage): void => {
  const node = new URL(request.url ?? '', 'ws://fleet').searchParams.get('node') ?? '';
  Object.assign(request.socket, { getPeerCertificate: () => ({ subjectaltname: `URI:spiffe://firsthop/cluster/${fleetCluster}/agent/${node}` }) });
};
