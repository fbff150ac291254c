/**
 * Keys and verdicts of elements as the kernel has them: in network order, the parts of a concatenation at multiples of four bytes.
 *
 * Undefined stands for what is not encoded here (intervals, expressions, anything unknown): the nft program knows it.
 *
 * @module
 */
import { parseAddress } from '@firsthop/netaddr';
import { type Verdict, verdictCode } from '@firsthop/netlink';

const IFNAMSIZ = 16;

const nameBytes = (text: string): Buffer | undefined => {
  const [, name] = /^"([^"*\\]+)"$/.exec(text) ?? [];
  // The kernel wants an end mark behind it.
  if (name === undefined || Buffer.byteLength(name) >= IFNAMSIZ) return undefined;
  const bytes = Buffer.alloc(IFNAMSIZ);
  bytes.write(name);
  return bytes;
};

const addressBytes = (text: string, family: 4 | 6): Buffer | undefined => {
  const read = parseAddress(text);
  if (!read.ok) return undefined;
  if (typeof read.value === 'number') {
    if (family !== 4) return undefined;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(read.value);
    return bytes;
  }
  return family === 6 ? Buffer.from(read.value.toString(16).padStart(32, '0'), 'hex') : undefined;
};

const macBytes = (text: string): Buffer | undefined => (/^([\da-f]{2}:){5}[\da-f]{2}$/i.test(text) ? Buffer.from(text.replaceAll(':', ''), 'hex') : undefined);

const numberBytes = (text: string, size: 1 | 2): Buffer | undefined => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value >= 256 ** size) return undefined;
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};

const encoders: ReadonlyMap<string, (text: string) => Buffer | undefined> = new Map([
  ['ifname', nameBytes],
  ['ipv4_addr', (text: string): Buffer | undefined => addressBytes(text, 4)],
  ['ipv6_addr', (text: string): Buffer | undefined => addressBytes(text, 6)],
  ['ether_addr', macBytes],
  ['inet_proto', (text: string): Buffer | undefined => numberBytes(text, 1)],
  ['inet_service', (text: string): Buffer | undefined => numberBytes(text, 2)],
]);

const padded = (bytes: Buffer): Buffer => (bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]));

/** `type`: `ifname . ipv4_addr`, without what it is mapped to. */
export const keyBytes = (type: string, text: string): Buffer | undefined => {
  const [types, parts] = [type.split(' . '), text.split(' . ')];
  if (types.length !== parts.length) return undefined;
  const encoded = types.flatMap((one, i) => encoders.get(one)?.(parts[i] ?? '') ?? []);
  if (encoded.length !== types.length) return undefined;
  return encoded.length === 1 ? encoded[0] : Buffer.concat(encoded.map(padded));
};

export const verdictOf = (text: string): Verdict | undefined => {
  const [word = '', chain, ...rest] = text.split(' ');
  if (rest.length > 0) return undefined;
  if (word === 'goto' || word === 'jump') return chain === undefined ? undefined : { code: verdictCode[word], chain };
  return chain === undefined && (word === 'accept' || word === 'drop' || word === 'continue' || word === 'return') ? { code: verdictCode[word] } : undefined;
};
