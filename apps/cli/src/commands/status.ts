/**
 * `firsthop status`: what is in force, read back from kernels, as the managers say over their API.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { type LabRecord, standingLabs } from '../lab/lab-record.ts';
import { askManager, type ClusterReport } from '../status/ask-manager.ts';
import { isRealized, renderStatus } from '../status/render-status.ts';
import { print, printJson, say } from '../terminal.ts';

export interface StatusOptions {
  readonly server?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly output: string;
}

const run = promisify(execFile);

type Answer = { readonly report: ClusterReport } | { readonly unreachable: string };

const read = (file: string | undefined, what: string): string => {
  if (file === undefined) throw new UsageError(`--server needs --${what} FILE too: a manager answers nobody without a certificate of its authority`);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read --${what} ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const askServer = async ({ server = '', ca, cert, key }: StatusOptions): Promise<Answer> => {
  if (!/^(?:wss|https):\/\/[^/]+/.test(server)) throw new UsageError(`--server is https://HOST:PORT, not "${server}"`);
  const url = `${server.replace(/^https:/, 'wss:').replace(/\/+(?:api)?$/, '')}/api`;
  const answer = await askManager({ url, tls: { ca: read(ca, 'ca'), cert: read(cert, 'cert'), key: read(key, 'key') } });
  return answer.ok ? { report: answer.value } : { unreachable: `${server}: ${answer.error}. Is the manager running there, and does the certificate come from its authority?` };
};

/** A lab's manager is reached from the lab's own wire only: the same command is run there. */
const askLab = async (lab: LabRecord['clusters'][number]): Promise<Answer> => {
  const main = join(import.meta.dirname, '..', 'main.ts');
  const [program = process.execPath, ...args] = [...lab.enter, process.execPath, main, 'status', '--server', lab.url, '--ca', lab.tls.ca, '--cert', lab.tls.cert, '--key', lab.tls.key, '-o', 'json'];
  const { stdout, stderr } = await run(program, args, { maxBuffer: 1 << 28 }).catch((failure: { readonly stdout?: string; readonly stderr?: string }) => ({ stdout: failure.stdout ?? '', stderr: failure.stderr ?? '' }));
  const [report] = stdout === '' ? [] : (JSON.parse(stdout) as { clusters: ClusterReport[] }).clusters;
  // What it said instead of an answer stands on its standard error.
  return report === undefined ? { unreachable: `cluster ${lab.cluster} of the lab: ${stderr.trim()}` } : { report };
};

const answers = async (options: StatusOptions): Promise<Answer[]> => {
  if (options.server !== undefined) return [await askServer(options)];
  const labs = standingLabs();
  if (labs.length === 0) throw new UsageError('whom to ask? Give --server https://HOST:PORT --ca --cert --key, or have a lab up (firsthop lab up -f examples/shop).');
  return Promise.all(labs.flatMap(({ clusters }) => clusters.map(askLab)));
};

export const status = async (options: StatusOptions): Promise<number> => {
  if (options.output !== 'table' && options.output !== 'json') throw new UsageError(`-o is table or json, not "${options.output}"`);
  const all = await answers(options);
  const reports = all.flatMap((one) => ('report' in one ? [one.report] : []));
  const unreachable = all.flatMap((one) => ('unreachable' in one ? [one.unreachable] : []));
  if (options.output === 'json') printJson({ clusters: reports, unreachable });
  else if (reports.length > 0) print(reports.map(renderStatus).join('\n\n'));
  for (const one of unreachable) say(`firsthop: no answer from ${one}`);
  if (unreachable.length > 0) return exitCodes.unreachable;
  return reports.every(isRealized) ? exitCodes.ok : exitCodes.failed;
};
