/**
 * This host's interfaces and routes, as far as endpoints hang on them.
 *
 * @module
 */
import { type Address, parseAddress } from '@firsthop/netaddr';
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface Link {
  readonly name: string;
  readonly isUp: boolean;
  /** The bridge that it is a port of. */
  readonly master?: string | undefined;
}

export interface HostLinks {
  readonly links: ReadonlyMap<string, Link>;
  /** Device of each host route (/32, /128) that leads straight to an interface. */
  readonly direct: ReadonlyMap<Address, string>;
  /** Whether the host's IP hooks see bridged frames, per family. */
  readonly bridgeNetfilter: { readonly 4: boolean; readonly 6: boolean };
}

const run = promisify(execFile);
const ip = async (...args: string[]): Promise<Record<string, unknown>[]> => JSON.parse((await run('ip', ['-j', ...args], { maxBuffer: 256 * 1024 * 1024 })).stdout || '[]') as Record<string, unknown>[];

const isOn = (file: string): boolean => {
  try {
    return readFileSync(`/proc/sys/net/bridge/${file}`, 'utf8').trim() === '1';
  } catch {
    return false;
  }
};

const hostRoutes = (routes: readonly Record<string, unknown>[]): [Address, string][] =>
  routes.flatMap(({ dst, dev, gateway }): [Address, string][] => {
    // iproute2 prints a host route without its prefix length.
    const address = typeof dst === 'string' && gateway === undefined ? parseAddress(dst) : undefined;
    return address?.ok === true && typeof dev === 'string' ? [[address.value, dev]] : [];
  });

export const listLinks = async (): Promise<HostLinks> => {
  const [links, routes4, routes6] = await Promise.all([ip('link', 'show'), ip('route', 'show'), ip('-6', 'route', 'show')]);
  return {
    links: new Map(links.map(({ ifname, flags, master }) => [String(ifname), { name: String(ifname), isUp: Array.isArray(flags) && flags.includes('UP'), master: typeof master === 'string' ? master : undefined }])),
    direct: new Map(hostRoutes([...routes4, ...routes6])),
    bridgeNetfilter: { 4: isOn('bridge-nf-call-iptables'), 6: isOn('bridge-nf-call-ip6tables') },
  };
};

const SETTLE_MS = 20;

/** Calls back after links or routes changed, once per burst. If the monitor dies it is started again, and that counts as a change. */
export const watchLinks = (onChange: () => void, signal: AbortSignal): void => {
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, SETTLE_MS);
  };
  const begin = (): void => {
    if (signal.aborted) return;
    const child = spawn('ip', ['monitor', 'link', 'route'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const stop = (): void => void child.kill();
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', later);
    child.on('error', () => undefined);
    child.on('close', () => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) return clearTimeout(timer);
      later();
      setTimeout(begin, 1000).unref();
    });
  };
  begin();
};
