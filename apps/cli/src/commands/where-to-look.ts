import type { LabRun } from '../lab/lab-run.ts';

/** What a person may do with a lab that is up. */
export const whereToLook = ({ run, folder, ground }: LabRun): string => {
  const kernel = `
  the rules in a node's kernel     ip netns exec firsthop-${run}-n0 nft list table inet firsthop
  a shell in the first pod         ip netns exec firsthop-${run}-p0 sh`;
  return `
Where to look next
  what is in force, and where      npx firsthop status${ground.kernel === 'linux' ? kernel : ''}
  what managers and agents say     ls ${folder}/*.log
  one question, explained          npx firsthop verify -f examples/shop --probes examples/shop/probes.json -o json`;
};
