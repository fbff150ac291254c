/**
 * Follows the cluster's own API server. What comes before everything is there is told at once, when it is.
 *
 * @module
 */
import type { Change } from '@firsthop/compiler';
import { ClusterSource, HttpApiServer, kubeAccess, type ObjectFaults, type ReflectorNews, systemClock } from '@firsthop/kube';
import { formatPath } from '@firsthop/objects';

export interface KubernetesEvents {
  /** `isFirst`: all that there was. */
  readonly onChanges: (changes: readonly Change[], isFirst: boolean) => void;
  /** Of all objects that are there now. */
  readonly onErrors: (errors: readonly string[]) => void;
  /** To be written down. `isFault`: somebody may have to do something. */
  readonly onNews: (text: string, isFault: boolean) => void;
}

export interface KubernetesSettings {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
}

const nameOf = ({ kind, uid, identity }: ObjectFaults): string => (identity === undefined ? `${kind} ${uid}` : `${kind} ${kind === 'Node' || kind === 'Namespace' || kind.startsWith('Cluster') ? '' : `${identity.namespace}/`}${identity.name}`);

const textOf = (kind: string, news: ReflectorNews): string => {
  switch (news.kind) {
    case 'listed':
      return `${kind}: ${news.objects} listed${news.wentBack ? '; they are older than what was known: the API server was restored from a backup' : ''}`;
    case 'fault':
      return `${news.message}; again in ${(news.nextMs / 1000).toFixed(1)} s, what is known stays in force`;
    case 'absent':
      return `${kind}: the API server knows no such kind; looked for again in a minute`;
    case 'silence':
      return `${kind}: nothing was heard, asked again`;
    case 'gap':
      return `${kind}: the API server did not tell of ${news.objects === 0 ? 'all changes' : `${news.objects} changes`}, listed again`;
    case 'malformed':
      return news.message;
  }
};

const isFault = (news: ReflectorNews): boolean => news.kind === 'fault' || news.kind === 'gap' || news.kind === 'malformed' || (news.kind === 'listed' && news.wentBack);

/** Ends when the signal does. Rejects where there is no way into the cluster. */
export const followKubernetes = async (cluster: string, { kubeconfig, context }: KubernetesSettings, { onChanges, onErrors, onNews }: KubernetesEvents, signal: AbortSignal): Promise<void> => {
  const api = new HttpApiServer(await kubeAccess(kubeconfig, context));
  const errors = new Map<string, readonly string[]>();
  let first: Change[] | undefined = [];
  const source = new ClusterSource({
    cluster,
    api,
    clock: systemClock,
    onChanges: (changes) => {
      if (first === undefined) onChanges(changes, false);
      else for (const change of changes) first.push(change);
    },
    onComplete: () => {
      const all = first ?? [];
      first = undefined;
      onChanges(all, true);
    },
    onFaults: (object) => {
      if (object.faults.length === 0) errors.delete(object.uid);
      else errors.set(object.uid, object.faults.map(({ path, message }) => `${nameOf(object)} ${formatPath(path)}: ${message}`));
      onErrors([...errors.values()].flat());
    },
    // A watch that nothing happens on is asked again every half minute.
    onNews: (kind, news) => {
      if (news.kind !== 'silence') onNews(textOf(kind, news), isFault(news));
    },
  });
  try {
    await source.follow(signal);
  } finally {
    api.close();
  }
};
