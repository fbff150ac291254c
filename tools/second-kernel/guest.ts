/**
 * A machine with Debian's kernel, emulated, on the host's own tree: runs one command and ends. What the command writes outside of the share
 * is forgotten.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { archiveOf } from './cpio.ts';
import { type DebianKernel, moduleDependencies } from './debian-kernel.ts';
import { BEGIN, commandScript, earlyModules, initScript, tags } from './init-script.ts';
import { moduleOrder } from './module-order.ts';

export const emulator = 'qemu-system-x86_64';

export interface GuestRun {
  readonly kernel: DebianKernel;
  readonly words: readonly string[];
  /** Where the command runs; a folder of the host. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A folder that both see under the same path and the guest may write. */
  readonly share: string;
  readonly secondsAtMost: number;
  /** The two processors at once: for races between them, with commands that do without WebAssembly. Else by turns. */
  readonly isTogether: boolean;
  readonly say: (text: string) => void;
}

/** Of the command; or why there is none. */
export type GuestEnd = { readonly exitCode: number } | { readonly failure: string };

const firstFiles = ({ kernel, share }: GuestRun, command: string): Buffer => {
  const early = moduleOrder(moduleDependencies(kernel), earlyModules);
  const read = (path: string): Buffer => readFileSync(path);
  return archiveOf([
    ...['bin', 'm', 'proc', 'sys', 'dev', 'host', 'memory', 'tree'].map((path) => ({ path })),
    { path: 'bin/busybox', bytes: read(kernel.busybox) },
    ...early.map((path) => ({ path: `m/${basename(path)}`, bytes: read(join(kernel.modules, kernel.release, path)) })),
    { path: 'init', bytes: Buffer.from(initScript({ early: early.map((path) => basename(path)), share, command })) },
  ]);
};

const shared = (tag: string, path: string, isReadOnly: boolean): string[] => ['-fsdev', `local,id=${tag},path=${path},security_model=none,multidevs=remap${isReadOnly ? ',readonly=on' : ''}`, '-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`];

/**
 * kvm is not asked for: where it is offered inside of a virtual machine it may hang, and what is tested is the kernel, not its speed.
 *
 * Two processors by turns: at once, QEMU 7.2 goes on with what it has translated of code that another processor writes meanwhile, as WebAssembly
 * does in Node when it makes functions faster, and now and then Node dies of it (docs/reference/kernels.md).
 *
 * The clock is the HPET: what the guest takes for the rate of its time stamp counter is wrong by far where this machine was busy while it booted, and
 * then every wait in it is.
 */
const machine = ({ kernel, share, isTogether }: GuestRun, initrd: string): string[] => [
  '-accel', `tcg,thread=${isTogether ? 'multi' : 'single'}`, '-cpu', 'max', '-smp', '2', '-m', '4096', '-nodefaults', '-nographic', '-no-reboot', '-serial', 'stdio',
  '-kernel', kernel.image, '-initrd', initrd, '-append', 'console=ttyS0 quiet loglevel=3 panic=-1 oops=panic mitigations=off clocksource=hpet',
  ...shared(tags.host, '/', true), ...shared(tags.modules, kernel.modules, true), ...shared(tags.share, share, false),
];

/** The kernel's words about its own end. */
const isFarewell = (line: string): boolean => /^\[ *[\d.]+\] (?:sysrq|reboot|ACPI): /.test(line);

/** Hands on whole lines from the one that begins the command; what came before is kept for whoever asks why nothing did. */
const listen = (say: (text: string) => void): { readonly take: (text: string) => void; readonly before: () => string } => {
  let rest = '';
  let boot: string | undefined = '';
  const take = (text: string): void => {
    const lines = (rest + text.replaceAll('\r', '')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // Behind what the firmware did to its screen.
      const at = line.indexOf(BEGIN);
      if (boot !== undefined && at >= 0) boot = undefined;
      if (boot === undefined && !isFarewell(line)) say(line.slice(Math.max(0, at)));
      else if (boot !== undefined) boot += `${line}\n`;
    }
  };
  return { take, before: () => `${boot ?? ''}${rest}` };
};

const exitCodeIn = (share: string): number | undefined => {
  try {
    return Number(readFileSync(join(share, 'exit'), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Rejects only where the emulator cannot be started at all. */
export const runInGuest = async (run: GuestRun): Promise<GuestEnd> => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-guest-'));
  const [initrd, command] = [join(folder, 'initrd'), join(run.share, 'command')];
  writeFileSync(command, commandScript(run));
  writeFileSync(initrd, firstFiles(run, command));
  const { take, before } = listen(run.say);
  const child = spawn(emulator, machine(run, initrd), { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let isLate = false;
  const timer = setTimeout(() => ((isLate = true), kill()), run.secondsAtMost * 1000);
  // A letter may come in two pieces.
  child.stdout.setEncoding('utf8').on('data', take);
  try {
    await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
    rmSync(folder, { recursive: true });
  }
  const exitCode = exitCodeIn(run.share);
  if (exitCode !== undefined) return { exitCode };
  return { failure: isLate ? `the guest was ended after ${run.secondsAtMost} s` : `the guest ended before its command did\n${before().split('\n').slice(-40).join('\n')}` };
};
