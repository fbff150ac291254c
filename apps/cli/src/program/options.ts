/**
 * Options that several commands share, so that they are called and explained alike.
 *
 * @module
 */
import { type Command, Option } from 'commander';

/** Called with the command's exit code. */
export type Finish = (code: number) => void;

/** Every command's help ends with some: people copy, they do not read. */
export const withExamples = (command: Command, ...lines: readonly string[]): Command => command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);

export const manifests = (): Option => new Option('-f, --file <path...>', 'folder or file of Kubernetes YAML or JSON; repeatable; - for standard input').makeOptionMandatory();

/** For commands with arguments of their own, which the option above would swallow. */
export const manifestsOneByOne = (): Option =>
  new Option('-f, --file <path>', 'folder or file of Kubernetes YAML or JSON; repeatable; - for standard input').makeOptionMandatory().argParser((path: string, before: readonly string[] | undefined) => [...(before ?? []), path]);

export const output = (formats: readonly string[], first: string): Option => new Option('-o, --output <format>', 'how to print it').choices(formats).default(first);
export const ipBlocks = (): Option => new Option('--ip-blocks <which>', 'external: ipBlocks of NetworkPolicy match no pod, as some other systems read them').choices(['all', 'external']).default('all');
export const hostNetwork = (): Option => new Option('--host-network <which>', 'pods: host-network pods are pods like others (what --ip-blocks external implies); host: they are their node').choices(['host', 'pods']);
export const family = (): Option => new Option('--family <family>', 'address family; dual: both').choices(['4', '6', 'dual']);
export const keepGoing = (): Option => new Option('--keep-going', 'answer from what is valid although something is not; the exit code is 2 all the same');
export const at = (): Option => new Option('--at <time>', 'the moment that is asked about, for policies that begin or end: 2027-01-01T08:00:00Z');
export const kernel = (): Option => new Option('--kernel <kernel>', 'linux, simulated, or auto: the real one where it can be had').choices(['auto', 'linux', 'simulated']).default('auto');
export const nodes = (): Option => new Option('--nodes <n>', 'nodes of a cluster that declares none').default('2');
