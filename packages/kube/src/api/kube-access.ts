/**
 * How to get into a cluster: from inside of it, or as a kubeconfig says. Read by the Kubernetes project's own library, which is large and loaded only here.
 *
 * @module
 */
import type { RequestOptions } from 'node:https';
import type { ApiAccess } from './http-api-server.ts';

/** `kubeconfig`: a file; `undefined`: where `kubectl` would look, and inside of a cluster its service account. Throws what is wrong with it. */
export const kubeAccess = async (kubeconfig?: string, context?: string): Promise<ApiAccess> => {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromDefault();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`there is no cluster in ${kubeconfig ?? 'the kubeconfig'}: name a file, or a context that it has`);
  return {
    url: new URL(cluster.server),
    options: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const { ca, cert, key, headers, rejectUnauthorized, servername } = options;
      return defined({ ca, cert, key, headers, rejectUnauthorized, servername });
    },
  };
};

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

const defined = <T extends object>(some: T): Defined<T> => Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Defined<T>;
