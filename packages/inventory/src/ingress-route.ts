/**
 * An Ingress or an OpenShift Route, as a fact: to which Services traffic from outside is handed on.
 *
 * @module
 */
import type { Service, ServicePort } from './fact.ts';

export interface IngressBackend {
  /** A Service of the same namespace. */
  readonly service: string;
  /** A port of the Service, by number or name; a Route may name the pod's port that is behind it. Undefined: every port of the Service. */
  readonly port?: number | string;
}

export interface IngressRoute {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Ingress' | 'Route';
  readonly backends: readonly IngressBackend[];
}

/**
 * The ports of the Service that a backend means; of several that fit, the first. Ingress is HTTP, so only TCP counts. Empty: there is
 * no such port.
 */
export const portsBehind = ({ ports }: Service, wanted: IngressBackend['port']): readonly ServicePort[] => {
  const usable = ports.filter(({ protocol }) => protocol === 'TCP');
  if (wanted === undefined) return usable;
  const found = usable.find(({ name, port, targetPort }) => name === wanted || port === wanted || targetPort === wanted);
  return found === undefined ? [] : [found];
};
