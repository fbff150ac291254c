/**
 * The `firsthop` command: reads the line, calls the command, ends with its code.
 *
 * @module
 */
import { CommanderError } from 'commander';
import { exitCodes, UsageError } from './exit-codes.ts';
import { Interrupted } from './interrupted.ts';
import { buildProgram } from './program/program.ts';
import { say } from './terminal.ts';

const finish = (code: number): void => void (process.exitCode = code);

try {
  await buildProgram(finish).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) finish(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage);
  else if (error instanceof Interrupted) finish(130);
  else {
    say(`firsthop: ${error instanceof Error ? error.message : String(error)}`);
    finish(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
