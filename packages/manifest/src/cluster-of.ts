import { isDnsLabel } from '@firsthop/policy';

export const localCluster = 'local';

/** Objects below `clusters/<name>/` belong to cluster <name> (the innermost one counts), all others to `local`. */
export const clusterOf = (file: string): string => {
  const parts = file.split(/[/\\]/);
  const at = parts.lastIndexOf('clusters', parts.length - 3);
  const name = at < 0 ? undefined : parts[at + 1];
  return name !== undefined && isDnsLabel(name) ? name : localCluster;
};
