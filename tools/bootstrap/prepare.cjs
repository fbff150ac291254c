'use strict';
/**
 * Brings a fresh machine to the point where everything else can run. Plain CommonJS for any Node from 20 on, without a
 * single dependency: it runs before there are any.
 *
 * Installs npm packages when the lock file changed since the last time, and on Debian as root the two system tools the
 * kernel side needs. Anywhere else it says exactly what to install. Everything it prints goes to stderr.
 */
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const { delimiter, join } = require('node:path');

const root = join(__dirname, '..', '..');
const stampFile = join(root, 'node_modules', '.firsthop-installed');
const say = (text) => process.stderr.write(`${text}\n`);

const run = (command, args, options = {}) => spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options }).status === 0;

const onPath = (program) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const installPackages = () => {
  const stamp = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  say('Installing npm packages (once; about a minute) ...');
  const started = Date.now();
  // Not `npm ci`: it refuses a lock file whose foreign-platform optional packages a registry does not carry.
  if (!run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 'ignore', 'inherit'] })) {
    say('npm install failed; its own words are above. Is a package registry reachable?');
    process.exit(1);
  }
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex'));
  say(`... done in ${Math.round((Date.now() - started) / 1000)} s.`);
};

const tools = [
  { program: 'nft', debian: 'nftables' },
  { program: 'ip', debian: 'iproute2' },
];

/** For a few tests, so only tests ask for them: the first is large, and the second nobody needs who has nft. */
const forTests = [
  { program: 'chromium', debian: 'chromium' },
  { program: 'iptables-restore', debian: 'iptables' },
];

/** For the second kernel of the tests. */
const forGuest = [{ program: 'qemu-system-x86_64', debian: 'qemu-system-x86' }];

/** What a benchmark is compared with. */
const forBench = [
  { program: 'iptables-restore', debian: 'iptables' },
  { program: 'ipset', debian: 'ipset' },
];

const missingOf = (wanted) => wanted.filter(({ program }) => !onPath(program));

/** Returns what is still missing. */
const installFromDebian = (wanted) => {
  const missing = missingOf(wanted);
  if (missing.length === 0 || process.getuid?.() !== 0 || !onPath('apt-get')) return missing;
  const names = missing.map(({ debian }) => debian);
  say(`Installing ${names.join(' and ')} from the distribution ...`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const install = () => run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet);
  if (!install()) {
    run('apt-get', ['update', '-qq'], quiet);
    install();
  }
  return missingOf(wanted);
};

const listOf = (missing) => missing.map(({ program, debian }) => `${program} (package ${debian})`).join(', ');

/** Returns true when the real kernel can be used here. */
const installSystemTools = () => {
  if (process.platform !== 'linux') return false;
  const still = installFromDebian(tools);
  if (still.length > 0) say(`Not installed: ${listOf(still)}. Install them for real packets; until then the kernel is simulated.`);
  return still.length === 0 && process.getuid?.() === 0;
};

/** `what`: in the plural, in words for a person. */
const installOrSay = (wanted, what) => {
  const still = process.platform === 'linux' ? installFromDebian(wanted) : wanted;
  if (still.length > 0) say(`Not installed: ${listOf(still)}. The ${what} that need it are skipped.`);
};

const installForTests = () => installOrSay(forTests, 'tests');
const installForGuest = () => installOrSay(forGuest, 'tests');
const installForBench = () => installOrSay(forBench, 'comparisons');

/** The Node that this repository pins, or the one that runs us where the registry has none for this platform. */
const pinnedNode = () => {
  const local = join(root, 'node_modules', '.bin', 'node');
  return existsSync(local) ? local : process.execPath;
};

const prepare = () => {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    say(`Node ${process.versions.node} is too old: install Node 20 or later and run this again.`);
    process.exit(2);
  }
  installPackages();
  return { root, node: pinnedNode(), realKernel: installSystemTools() };
};

module.exports = { installForBench, installForGuest, installForTests, prepare, root };
