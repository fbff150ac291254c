/**
 * kube-apiserver and etcd, for tests. Where `KUBEBUILDER_ASSETS` names a folder that has both, those. Otherwise etcd is Debian's, fetched by apt and not
 * installed, and kube-apiserver is built from the modules of Kubernetes (source/go.mod): once, into the user's cache.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ApiServerPrograms {
  readonly apiServer: string;
  readonly etcd: string;
}

const source = fileURLToPath(new URL('source', import.meta.url));

/** As source/go.mod has it: `v1.36.3`. */
export const kubernetesVersion = (): string => /k8s\.io\/kubernetes (v[\d.]+)/.exec(readFileSync(join(source, 'go.mod'), 'utf8'))?.[1] ?? '';

const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'firsthop', 'apiserver', kubernetesVersion());

const programsIn = (folder: string): ApiServerPrograms => ({ apiServer: join(folder, 'kube-apiserver'), etcd: join(folder, 'etcd') });
const areThere = ({ apiServer, etcd }: ApiServerPrograms): boolean => existsSync(apiServer) && existsSync(etcd);

/** Undefined: they would have to be made first. */
export const knownPrograms = (): ApiServerPrograms | undefined => {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  return [...(assets === undefined ? [] : [assets]), cacheFolder()].map(programsIn).find(areThere);
};

const fetchEtcd = (folder: string): void => {
  const draft = mkdtempSync(join(folder, '.etcd-'));
  try {
    const download = (): boolean => spawnSync('apt-get', ['-qq', 'download', 'etcd-server'], { cwd: draft, stdio: 'ignore' }).status === 0;
    if (!download()) {
      spawnSync('apt-get', ['-qq', 'update'], { stdio: 'ignore' });
      if (!download()) throw new Error('apt-get download etcd-server failed; is a mirror of the distribution reachable?');
    }
    for (const file of readdirSync(draft).filter((name) => name.endsWith('.deb'))) execFileSync('dpkg-deb', ['-x', file, '.'], { cwd: draft });
    copyFileSync(join(draft, 'usr', 'bin', 'etcd'), join(folder, 'etcd'));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

const build = (folder: string): void => {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const stamp = [`gitVersion=${version}`, `gitMajor=${major}`, `gitMinor=${minor}`].map((one) => `-X k8s.io/component-base/version.${one}`).join(' ');
  const draft = join(folder, '.kube-apiserver');
  execFileSync('go', ['build', '-trimpath', '-ldflags', `-s -w ${stamp}`, '-o', draft, '.'], { cwd: source, stdio: ['ignore', 'inherit', 'inherit'] });
  renameSync(draft, join(folder, 'kube-apiserver'));
};

/** Throws what is missing to have them. */
export const obtainPrograms = (say: (text: string) => void): ApiServerPrograms => {
  const known = knownPrograms();
  if (known !== undefined) return known;
  if (spawnSync('go', ['version']).status !== 0) throw new Error('Go is not installed: install it, or name a folder with kube-apiserver and etcd in KUBEBUILDER_ASSETS');
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  const programs = programsIn(folder);
  if (!existsSync(programs.etcd)) {
    say('fetching etcd (once; 8 MB) ...');
    fetchEtcd(folder);
  }
  if (!existsSync(programs.apiServer)) {
    say(`building kube-apiserver ${kubernetesVersion()} (once; some minutes) ...`);
    build(folder);
  }
  return programs;
};
