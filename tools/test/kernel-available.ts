import { spawnSync } from 'node:child_process';

/** Why real kernel tests cannot run here, in words for a person; undefined if they can. */
export const kernelRefusal = (): string | undefined => {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const program of ['nft', 'ip']) if (spawnSync(program, ['-V']).error !== undefined) return `the program ${program} is not installed`;
  const probe = `firsthop-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', probe]).status !== 0) return 'this machine does not let us make network namespaces';
  spawnSync('ip', ['netns', 'del', probe]);
  return undefined;
};
