/**
 * Ingress and OpenShift Route. They decide nothing, so a fault in one of them is a warning, and takes away the backend it is in.
 *
 * @module
 */
import type { IngressBackend, IngressRoute } from '@firsthop/inventory';
import { type Foreign, isAbsent, type Path, type Reader } from '@firsthop/objects';
import type { ObjectIdentity } from '@firsthop/policy';

const readPort = (raw: unknown, path: Path, reader: Reader): IngressBackend['port'] => {
  if (isAbsent(raw) || raw === '' || raw === 0) return undefined;
  // A number in quotes is that number to whoever wrote it.
  if (typeof raw === 'string') return /^\d{1,5}$/.test(raw) ? Number(raw) : reader.text(raw, path);
  return reader.integer(raw, path, [1, 65_535]);
};

const backendOf = (name: unknown, port: unknown, path: Path, reader: Reader): IngressBackend[] => {
  const service = reader.text(name, path);
  const wanted = readPort(port, path, reader);
  return service === undefined ? [] : [{ service, ...(wanted === undefined ? {} : { port: wanted }) }];
};

/** `service` of v1, `serviceName` of the versions before; a `resource` is nothing that we know. */
const readBackend = (raw: unknown, path: Path, reader: Reader): IngressBackend[] => {
  const backend = reader.object(raw, path);
  if (backend.has('serviceName')) return backendOf(backend.get('serviceName'), backend.get('servicePort'), path, reader);
  const at = [...path, 'service'];
  const service = reader.object(backend.get('service'), at);
  const port = reader.object(service.get('port'), [...at, 'port']);
  return backendOf(service.get('name'), port.get('number') ?? port.get('name'), at, reader);
};

const readRule = (raw: unknown, path: Path, reader: Reader): IngressBackend[] => {
  const http = reader.object(reader.object(raw, path).get('http'), [...path, 'http']);
  const at = [...path, 'http', 'paths'];
  return reader.list(http.get('paths'), at).flatMap((one, i) => readBackend(reader.object(one, [...at, i]).get('backend'), [...at, i, 'backend'], reader));
};

export const readIngress = (object: Foreign, { name, namespace }: ObjectIdentity, cluster: string, reader: Reader): IngressRoute => {
  const spec = reader.object(object.get('spec'), ['spec']);
  const field = spec.has('defaultBackend') ? 'defaultBackend' : 'backend';
  const rules = reader.list(spec.get('rules'), ['spec', 'rules']).flatMap((rule, i) => readRule(rule, ['spec', 'rules', i], reader));
  return { cluster, namespace, name, kind: 'Ingress', backends: [...readBackend(spec.get(field), ['spec', field], reader), ...rules] };
};

const readRouteTarget = (raw: unknown, path: Path, port: IngressBackend['port'], reader: Reader): IngressBackend[] => {
  const target = reader.object(raw, path);
  const kind = target.get('kind');
  if (!isAbsent(kind) && kind !== '' && kind !== 'Service') return [];
  return backendOf(target.get('name'), port, path, reader);
};

export const readRoute = (object: Foreign, { name, namespace }: ObjectIdentity, cluster: string, reader: Reader): IngressRoute => {
  const spec = reader.object(object.get('spec'), ['spec']);
  const path = ['spec', 'port', 'targetPort'];
  const port = readPort(reader.object(spec.get('port'), ['spec', 'port']).get('targetPort'), path, reader);
  const others = reader.list(spec.get('alternateBackends'), ['spec', 'alternateBackends']);
  const backends = [...readRouteTarget(spec.get('to'), ['spec', 'to'], port, reader), ...others.flatMap((one, i) => readRouteTarget(one, ['spec', 'alternateBackends', i], port, reader))];
  return { cluster, namespace, name, kind: 'Route', backends };
};
