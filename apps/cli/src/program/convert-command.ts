/**
 * @module
 */
import { type Command, Option } from 'commander';
import type { ConvertOptions } from '../commands/convert.ts';
import { type Finish, keepGoing, manifests, withExamples } from './options.ts';

export const addConvert = (program: Command, finish: Finish): void => {
  const command = program
    .command('convert')
    .description("say the policies of Antrea, Calico and Cilium in our own kinds; Kubernetes' own policies, ours and workloads are written as they were")
    .addOption(manifests())
    .addOption(new Option('-o, --output <folder>', 'one file per object into a new folder; - for one stream').default('-'))
    .addOption(keepGoing())
    .action(async (options: ConvertOptions) => finish((await import('../commands/convert.ts')).convert(options)));
  withExamples(command, 'firsthop convert -f policies -o converted', 'firsthop convert -f calico.yaml > ours.yaml', 'firsthop convert -f policies --keep-going -o converted');
};
