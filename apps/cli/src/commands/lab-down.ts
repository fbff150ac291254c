import { demolish, standingRuns } from '@firsthop/lab';
import { exitCodes } from '../exit-codes.ts';
import { print } from '../terminal.ts';

/** `firsthop lab down`: removes every lab that stands on this machine. */
export const labDown = (): number => {
  const runs = standingRuns();
  for (const run of runs) demolish(run);
  print(runs.length === 0 ? 'no lab is standing' : `removed ${runs.join(', ')}`);
  return exitCodes.ok;
};

/** `firsthop lab status`: what stands. */
export const labStatus = (): number => {
  const runs = standingRuns();
  print(runs.length === 0 ? 'no lab is standing' : runs.map((run) => `lab ${run}: namespaces firsthop-${run}-*`).join('\n'));
  return exitCodes.ok;
};
