/**
 * Whom `{ingress-controller}` talks to, as Ingress and Route objects ask it to. What policies make of that is not said here.
 *
 * As in np-guard's analyzer, a pod is reached only on ports that its containers declare: a Service that leads elsewhere is taken for
 * an oversight.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import { type IngressRoute, portsBehind, type Service, type ServicePort, type Workload, type WorkloadId } from '@firsthop/inventory';
import type { World } from '@firsthop/policy';
import { matchesLabels } from '@firsthop/selector';

export interface IngressTarget {
  readonly workloadId: WorkloadId;
  readonly protocol: 'TCP';
  /** Ascending, never empty. */
  readonly ports: readonly number[];
  /** The objects that ask for it: `Ingress shop/front`. */
  readonly because: readonly string[];
}

const portAt = ({ targetPort }: ServicePort, { ports, declaredPorts }: Workload): number[] => {
  if (typeof targetPort === 'number') return declaredPorts === undefined || declaredPorts.includes(targetPort) ? [targetPort] : [];
  return ports.filter(({ name, protocol }) => name === targetPort && protocol === 'TCP').map(({ number }) => number);
};

const groupBy = <T>(list: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
};

interface Found {
  readonly ports: Set<number>;
  readonly because: Set<string>;
}

class Targets {
  readonly #pods: ReadonlyMap<string, readonly Workload[]>;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #behind = new Map<Service, readonly Workload[]>();
  readonly found = new Map<WorkloadId, Found>();

  constructor({ workloads, services }: World) {
    this.#pods = groupBy(workloads.filter(({ kind }) => kind === 'pod'), ({ namespace }) => namespace);
    this.#services = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  }

  /** Each Service is looked at once, however many routes lead to it. */
  #podsBehind(service: Service): readonly Workload[] {
    const { selector, namespace } = service;
    const known = this.#behind.get(service);
    if (known !== undefined) return known;
    const pods = selector === undefined ? [] : (this.#pods.get(namespace) ?? []).filter(({ labels }) => matchesLabels(selector, labels));
    this.#behind.set(service, pods);
    return pods;
  }

  add({ kind, namespace, name, backends }: IngressRoute): void {
    for (const { service: called, port } of backends) {
      const service = this.#services.get(`${namespace}/${called}`);
      if (service === undefined) continue;
      const ports = portsBehind(service, port);
      for (const pod of this.#podsBehind(service)) this.#note(pod, ports.flatMap((one) => portAt(one, pod)), `${kind} ${namespace}/${name}`);
    }
  }

  #note({ id }: Workload, ports: readonly number[], because: string): void {
    if (ports.length === 0) return;
    const found = this.found.get(id) ?? { ports: new Set(), because: new Set() };
    this.found.set(id, found);
    for (const port of ports) found.ports.add(port);
    found.because.add(because);
  }
}

/** By workload; nobody twice. */
export const ingressTargets = (world: World): IngressTarget[] => {
  const targets = new Targets(world);
  for (const route of world.ingresses) targets.add(route);
  return [...targets.found]
    .map(([workloadId, { ports, because }]): IngressTarget => ({ workloadId, protocol: 'TCP', ports: [...ports].sort((a, b) => a - b), because: [...because].sort(compareText) }))
    .sort((a, b) => compareText(a.workloadId, b.workloadId));
};
