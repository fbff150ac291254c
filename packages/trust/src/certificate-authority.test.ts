import { X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { CertificateAuthority, type Credentials } from './certificate-authority.ts';
import { identityOfCertificate, identityUri } from './identity.ts';

const node = { role: 'agent', cluster: 'east', name: 'node-1' } as const;
const manager = { role: 'manager', cluster: 'east', name: 'manager' } as const;

/** What the server reads from the client's certificate, or the error of either side. */
const handshake = (server: Credentials, client: Credentials): Promise<string> =>
  new Promise((resolve) => {
    const listener = createServer({ ...server, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }, (socket: TLSSocket) => {
      const identity = identityOfCertificate(socket.getPeerCertificate().subjectaltname);
      finish(identity.ok ? identityUri(identity.value) : identity.error);
    });
    const finish = (word: string): void => {
      listener.close();
      resolve(word);
    };
    listener.on('tlsClientError', (error) => finish(`refused: ${error.message}`));
    listener.listen(0, '127.0.0.1', () => {
      const socket = connect({ ...client, host: '127.0.0.1', port: (listener.address() as AddressInfo).port });
      socket.on('error', (error) => finish(`refused: ${error.message}`));
      socket.on('secureConnect', () => socket.end());
    });
  });

describe('certificates say who their holder is', () => {
  it('tells the server the identity that was issued', async () => {
    const ca = await CertificateAuthority.create('test');
    expect(await handshake(await ca.issue({ identity: manager, hosts: ['127.0.0.1'] }), await ca.issue({ identity: node }))).toBe(identityUri(node));
  });

  it('refuses a certificate of another authority, on either side', async () => {
    const [ours, theirs] = [await CertificateAuthority.create('ours'), await CertificateAuthority.create('theirs')];
    const server = await ours.issue({ identity: manager, hosts: ['127.0.0.1'] });
    const stranger = { ...(await theirs.issue({ identity: node })), ca: ours.pem };
    expect(await handshake(server, stranger)).toMatch(/^refused/);
    expect(await handshake({ ...server, ca: theirs.pem }, await ours.issue({ identity: node }))).toMatch(/^refused/);
  });

  it('refuses an expired certificate', async () => {
    const ca = await CertificateAuthority.create('test');
    const old = await ca.issue({ identity: node, days: 1, notBefore: new Date(Date.now() - 10 * 24 * 3600 * 1000) });
    expect(new Date(new X509Certificate(old.cert).validTo).getTime()).toBeLessThan(Date.now());
    expect(await handshake(await ca.issue({ identity: manager, hosts: ['127.0.0.1'] }), old)).toMatch(/^refused/);
  });
});

describe('identityOfCertificate reads one URI name and nothing else', () => {
  it.each([
    { name: 'none', text: undefined },
    { name: 'no URI', text: 'DNS:spiffe, IP Address:127.0.0.1' },
    { name: 'two', text: 'URI:spiffe://firsthop/cluster/a/agent/n, URI:spiffe://firsthop/cluster/b/agent/n' },
    { name: 'another trust domain', text: 'URI:spiffe://elsewhere/cluster/a/agent/n' },
    { name: 'an unknown role', text: 'URI:spiffe://firsthop/cluster/a/root/n' },
    { name: 'a path that climbs', text: 'URI:spiffe://firsthop/cluster/../agent/n' },
    { name: 'more path than there should be', text: 'URI:spiffe://firsthop/cluster/a/agent/n/x' },
    { name: 'upper case', text: 'URI:spiffe://firsthop/cluster/A/agent/n' },
  ])('refuses $name', ({ text }) => expect(identityOfCertificate(text).ok).toBe(false));

  it('will not write a name that it could not read', () => expect(() => identityUri({ ...node, name: 'a/b' })).toThrow('lower-case'));
});
