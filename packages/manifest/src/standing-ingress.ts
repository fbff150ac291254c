/**
 * Backends that lead nowhere: what can be said of an Ingress only once everything is read.
 *
 * @module
 */
import { quoteForeign } from '@firsthop/base';
import { portsBehind } from '@firsthop/inventory';
import { fault } from '@firsthop/objects';
import type { ClusterDraft } from './cluster-draft.ts';
import type { Problem } from './problem.ts';

export const ingressWarnings = ({ ingresses, services }: ClusterDraft): Problem[] => {
  const byName = new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
  return ingresses.flatMap(({ route, document }) =>
    route.backends.flatMap(({ service: name, port }) => {
      const service = byName.get(`${route.namespace}/${name}`);
      const said = (message: string): Problem[] => [document.problem(fault('NOT_FOUND', ['spec'], message))];
      if (service === undefined) return said(`there is no Service ${quoteForeign(name)} in namespace ${route.namespace}: this backend leads nowhere`);
      return portsBehind(service, port).length > 0 ? [] : said(`the Service ${quoteForeign(name)} has no TCP port${port === undefined ? '' : ` ${quoteForeign(String(port))}`}: this backend leads nowhere`);
    }),
  );
};
