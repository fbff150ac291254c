/**
 * A certificate authority for one cluster set, for the lab and for tests; keys never leave the process but as PEM.
 * ECDSA P-256, SHA-256.
 *
 * @module
 */
import 'reflect-metadata';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { webcrypto } from 'node:crypto';
import { type Identity, identityUri } from './identity.ts';

type KeyPair = webcrypto.CryptoKeyPair;

export interface Credentials {
  /** PEM: the authority that the holder trusts. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  readonly identity: Identity;
  /** Names and addresses under which the holder is called. */
  readonly hosts?: readonly string[];
  /** Default 1. */
  readonly days?: number;
  /** For tests of expiry; default now. */
  readonly notBefore?: Date;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Clocks differ a little. */
const SKEW_MS = 5 * 60 * 1000;

const newKeys = (): Promise<KeyPair> => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<KeyPair>;

const privatePem = async (keys: KeyPair): Promise<string> => PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');

const serialNumber = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex').replace(/^[89a-f]/, '7');

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');

export class CertificateAuthority {
  readonly #keys: KeyPair;
  readonly #certificate: X509Certificate;

  private constructor(keys: KeyPair, certificate: X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(name: string, days = 30): Promise<CertificateAuthority> {
    const keys = await newKeys();
    const now = Date.now();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: `CN=${name}`,
      notBefore: new Date(now - SKEW_MS),
      notAfter: new Date(now + days * DAY_MS),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)],
    });
    return new CertificateAuthority(keys, certificate);
  }

  get pem(): string {
    return this.#certificate.toString('pem');
  }

  /** A certificate good for both ends of a connection, with a fresh key. */
  async issue({ identity, hosts = [], days = 1, notBefore = new Date(Date.now() - SKEW_MS) }: IssueOptions): Promise<Credentials> {
    const keys = await newKeys();
    const names: JsonGeneralName[] = [{ type: 'url', value: identityUri(identity) }, ...hosts.map((host): JsonGeneralName => ({ type: isAddress(host) ? 'ip' : 'dns', value: host }))];
    const certificate = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${identity.role} ${identity.name.slice(0, 50)}`,
      issuer: this.#certificate.subject,
      notBefore,
      notAfter: new Date(notBefore.getTime() + days * DAY_MS + SKEW_MS),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(names),
      ],
    });
    return { ca: this.pem, cert: certificate.toString('pem'), key: await privatePem(keys) };
  }
}
