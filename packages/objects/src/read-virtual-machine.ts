/**
 * VirtualMachine (firsthop.dev/v1alpha1).
 *
 * @module
 */
import type { ObjectIdentity } from '@firsthop/policy';
import { parseLabels } from '@firsthop/selector';
import { type Foreign, isAbsent, type Reader } from './foreign.ts';
import type { Path } from './fault.ts';
import { readEnforcement } from './read-enforcement.ts';
import { readUid } from './read-pod.ts';
import type { InterfaceDraft, WorkloadDraft } from './workload-draft.ts';

const macForm = /^[\da-f]{2}(?::[\da-f]{2}){5}$/;

/** The lowest bit of the first byte: of several receivers, and nobody's own. */
const isGroup = (mac: string): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;

const readMac = (raw: unknown, path: Path, reader: Reader): string | undefined => {
  if (isAbsent(raw)) return undefined;
  const mac = typeof raw === 'string' ? raw.toLowerCase() : '';
  return macForm.test(mac) && !isGroup(mac) ? mac : reader.add('NAME_INVALID', path, 'a MAC address such as 52:54:00:12:34:56 is expected here');
};

/** IFNAMSIZ, and nothing that a shell or nft would read as more than a name. */
const readDevice = (raw: unknown, path: Path, reader: Reader): string | undefined => {
  if (isAbsent(raw)) return undefined;
  return typeof raw === 'string' && /^[A-Za-z0-9][\w.-]{0,14}$/.test(raw) ? raw : reader.add('NAME_INVALID', path, 'a device name of at most 15 letters, digits, ".", "_" and "-" is expected here');
};

const readInterface = (raw: unknown, path: Path, reader: Reader): InterfaceDraft => {
  const written = reader.object(raw, path);
  const name = written.get('name');
  const isName = typeof name === 'string' && /^[A-Za-z0-9][\w.-]{0,62}$/.test(name);
  if (!isName) reader.add(isAbsent(name) ? 'REQUIRED' : 'NAME_INVALID', [...path, 'name'], 'every interface has a name of at most 63 letters, digits, ".", "_" and "-"');
  const mac = readMac(written.get('mac'), [...path, 'mac'], reader);
  const allowedMacs = reader.list(written.get('allowedMacs'), [...path, 'allowedMacs']).flatMap((one, i) => readMac(one ?? '', [...path, 'allowedMacs', i], reader) ?? []);
  const device = readDevice(written.get('device'), [...path, 'device'], reader);
  const addresses = reader.list(written.get('addresses'), [...path, 'addresses']).map((one, i) => reader.address(one, [...path, 'addresses', i]));
  return {
    interfaceName: isName ? name : '',
    addresses: addresses.filter((one) => one !== undefined),
    allowedAddresses: reader.cidrs(written.get('allowedAddresses'), [...path, 'allowedAddresses']),
    ...(allowedMacs.length === 0 ? {} : { allowedMacs }),
    ...(mac === undefined ? {} : { mac }),
    ...(device === undefined ? {} : { device }),
  };
};

export const readVirtualMachine = (object: Foreign, { name, namespace }: ObjectIdentity, cluster: string, reader: Reader): WorkloadDraft[] => {
  const metadata = reader.object(object.get('metadata'), ['metadata']);
  const spec = reader.object(object.get('spec'), ['spec']);
  const path = ['spec', 'interfaces'];
  const interfaces = reader.list(spec.get('interfaces'), path).map((one, i) => readInterface(one, [...path, i], reader));
  if (interfaces.length === 0) reader.add('REQUIRED', path, 'a machine has at least one interface');
  if (new Set(interfaces.map(({ interfaceName }) => interfaceName)).size < interfaces.length) reader.add('DUPLICATE', path, 'two interfaces have the same name');
  const labels = reader.take(parseLabels(metadata.get('labels'), ['metadata', 'labels'])) ?? new Map();
  const node = reader.text(spec.get('host'), ['spec', 'host']);
  const { enforcement, faults } = readEnforcement(metadata, ['metadata']);
  reader.tolerated.push(...faults);
  return [{ kind: 'vm', enforcement, cluster, uid: readUid(metadata, reader, `vm:${namespace}:${name}`), namespace, name, owner: undefined, labels, serviceAccount: undefined, node, hostNetwork: false, ports: [], interfaces }];
};
