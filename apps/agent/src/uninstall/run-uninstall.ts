/**
 * `firsthop-agent uninstall CONFIG`: takes away everything of ours from the kernel and from the disk. Afterwards nothing is enforced here.
 *
 * Settings and certificates are the operator's and stay.
 *
 * @module
 */
import { askControl } from '@firsthop/transport';
import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentConfig, readConfig } from '../config.ts';
import { hostOf } from '../host.ts';
import { STATE_FILES } from '../plan-store.ts';

const FAMILIES = ['inet', 'bridge'] as const;

const plain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What of ours the kernel held, in words. One transaction: all of it goes, or nothing. */
const clearKernel = async (config: AgentConfig): Promise<string[]> => {
  const { port, connections } = hostOf(config);
  try {
    const held = new Set((await port.read()).keys());
    const tables = FAMILIES.filter((family) => held.has(family));
    if (tables.length === 0) return [];
    const done = await port.apply(tables.map((family) => `delete table ${family} firsthop`));
    if (!done.ok) throw new Error(`the kernel keeps our tables: ${done.error}`);
    return tables.map((family) => `kernel table ${family} firsthop`);
  } finally {
    port.close?.();
    connections?.close();
  }
};

/** The folder goes too, if nothing of somebody else's is in it. */
const clearDisk = ({ stateDir, controlSocket }: AgentConfig): string[] => {
  const files = [...STATE_FILES.flatMap((name) => [join(stateDir, name), join(stateDir, `${name}.new`)]), controlSocket].filter((file) => existsSync(file));
  for (const file of files) rmSync(file);
  try {
    rmdirSync(stateDir);
    return [...files, stateDir];
  } catch {
    return files;
  }
};

const isRunning = ({ controlSocket }: AgentConfig): Promise<boolean> => askControl(controlSocket, '/status').then(() => true, () => false);

/** Exit code: 0 nothing of ours is left, 1 something is. `isForced`: although an agent runs, which will put it all back if it works. */
export const runUninstall = async (configFile: string, isForced: boolean, print: (text: string) => void): Promise<number> => {
  try {
    const config = readConfig(configFile, process.env);
    if (!isForced && (await isRunning(config))) {
      print(`an agent runs here: it answers on ${config.controlSocket}. Stop it first; --force uninstalls beneath it.`);
      return 1;
    }
    const removed = [...(await clearKernel(config)), ...clearDisk(config)];
    for (const what of removed) print(`removed ${what}`);
    print(removed.length === 0 ? 'there was nothing of ours' : 'nothing of ours is left; nothing is enforced on this node');
    return 0;
  } catch (error) {
    print(`not uninstalled: ${plain(error)}`);
    return 1;
  }
};
