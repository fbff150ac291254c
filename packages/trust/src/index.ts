export { CertificateAuthority, type Credentials, type IssueOptions } from './certificate-authority.ts';
export { type Identity, identityOfCertificate, identityUri, type Role } from './identity.ts';
