/**
 * `firsthop-agent [CONFIG]` runs the agent of this node; `check` and `uninstall` say and do what their modules say.
 *
 * @module
 */
import { runCheck } from './check/run-check.ts';
import { runAgent } from './run-agent.ts';
import { runUninstall } from './uninstall/run-uninstall.ts';

const DEFAULT_CONFIG = '/etc/firsthop/agent.yaml';

const USAGE = `firsthop-agent [CONFIG]                     runs until it is told to end
firsthop-agent check [CONFIG] [-o json]     compares the kernel with the plan on disk: 0 equal, 3 different, 1 failed
firsthop-agent uninstall [CONFIG] [--force] takes away all that is ours in the kernel and on the disk
CONFIG is ${DEFAULT_CONFIG} if it is not given.`;

const say = (text: string): void => console.log(text);

/** What is said, if these are no arguments of ours. */
const unknownIn = (args: readonly string[], known: readonly string[]): boolean => args.some((arg) => arg.startsWith('-') && !known.includes(arg)) || args.filter((arg) => !arg.startsWith('-')).length > 1;

const misused = (): number => {
  console.error(USAGE);
  return 2;
};

const check = (args: readonly string[]): Promise<number> | number => {
  const at = args.indexOf('-o');
  const rest = at < 0 ? args : args.toSpliced(at, 2);
  if (unknownIn(rest, []) || (at >= 0 && args[at + 1] !== 'json')) return misused();
  return runCheck(rest[0] ?? DEFAULT_CONFIG, at >= 0, say);
};

const uninstall = (args: readonly string[]): Promise<number> | number => {
  if (unknownIn(args, ['--force'])) return misused();
  return runUninstall(args.find((arg) => arg !== '--force') ?? DEFAULT_CONFIG, args.includes('--force'), say);
};

const [command = DEFAULT_CONFIG, ...args] = process.argv.slice(2);
if (command === 'check') process.exitCode = await check(args);
else if (command === 'uninstall') process.exitCode = await uninstall(args);
else if (command === '--help' || command === '-h') say(USAGE);
else if (command.startsWith('-') || args.length > 0) process.exitCode = misused();
else await runAgent(command);
