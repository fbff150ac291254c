/**
 * Debian's own kernel, its modules and a busybox, fetched once by apt and kept in the user's cache. Nothing of it is installed.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface DebianKernel {
  /** As `uname -r` says it. */
  readonly release: string;
  readonly image: string;
  /** What is `/lib/modules` to the guest. */
  readonly modules: string;
  readonly busybox: string;
}

const META_PACKAGE = 'linux-image-amd64';
const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'firsthop', 'second-kernel');

/** The release that the distribution has now; undefined where apt knows of none. */
const releaseNow = (): string | undefined => {
  const { stdout } = spawnSync('apt-cache', ['depends', META_PACKAGE], { encoding: 'utf8' });
  return /Depends: linux-image-(\S+)/.exec(stdout ?? '')?.[1];
};

const kernelIn = (folder: string, release: string): DebianKernel => ({ release, image: join(folder, 'boot', `vmlinuz-${release}`), modules: join(folder, 'lib', 'modules'), busybox: join(folder, 'bin', 'busybox') });

const fetchInto = (folder: string, release: string): void => {
  const download = (): boolean => spawnSync('apt-get', ['-qq', 'download', `linux-image-${release}`, 'busybox-static'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] }).status === 0;
  if (!download()) {
    // What apt knew of is not there any more.
    spawnSync('apt-get', ['-qq', 'update'], { stdio: 'ignore' });
    if (!download()) throw new Error(`apt-get download linux-image-${release} failed; is a mirror of the distribution reachable?`);
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: folder });
    rmSync(join(folder, file));
  }
  execFileSync(kernelIn(folder, release).busybox, ['depmod', '-b', folder, release], { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** From the cache, or fetched (71 MB, and 400 MB on the disk). Throws where it cannot be had. */
export const debianKernel = (say: (text: string) => void): DebianKernel => {
  const cache = cacheFolder();
  // Without a list of packages, what was fetched before will do.
  const release = releaseNow() ?? (existsSync(cache) ? readdirSync(cache).filter((name) => /^\d/.test(name)).at(-1) : undefined);
  if (release === undefined) throw new Error(`apt knows no package ${META_PACKAGE}: run apt-get update`);
  const folder = join(cache, release);
  if (!existsSync(folder)) {
    say(`fetching linux-image-${release} (once; 71 MB) ...`);
    mkdirSync(cache, { recursive: true });
    const draft = mkdtempSync(join(cache, '.draft-'));
    try {
      fetchInto(draft, release);
      renameSync(draft, folder);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  return kernelIn(folder, release);
};

export const moduleDependencies = ({ modules, release }: DebianKernel): string => readFileSync(join(modules, release, 'modules.dep'), 'utf8');
