/**
 * What the guest does before anything of ours runs: it takes the host's whole tree for its own, to read, and writes into memory. Pure.
 *
 * @module
 */

/** Tags by which the guest asks for the host's folders. */
export const tags = { host: 'host', modules: 'modules', share: 'share' } as const;

/** Enough to see the host's tree. */
export const earlyModules: readonly string[] = ['virtio_pci', '9p', '9pnet_virtio', 'overlay'];

/**
 * Those that tests of ours use. All at once, since looking for one by one, as the kernel does when it misses one, takes an emulated machine
 * a second each; br_netfilter because nothing asks for it by itself.
 */
export const lateModules: readonly string[] = [
  'nf_tables', 'nft_ct', 'nft_log', 'nft_limit', 'nft_nat', 'nft_masq', 'nft_redir', 'nft_reject_inet', 'nft_reject_bridge', 'nft_meta_bridge', 'nft_fib_inet', 'nft_hash', 'nft_numgen', 'nft_compat', 'nft_objref', 'nft_quota',
  'nf_conntrack', 'nf_conntrack_netlink', 'nf_conntrack_bridge', 'nfnetlink_log', 'nf_log_syslog', 'nf_flow_table', 'nf_flow_table_inet', 'nft_flow_offload',
  'ip_tables', 'ip6_tables', 'ip_set', 'xt_set', 'veth', 'bridge', 'br_netfilter', '8021q', 'dummy', 'ifb', 'tun', 'macvlan', 'sctp', 'sch_netem', 'sch_ingress', 'cls_u32', 'cls_bpf', 'cls_matchall', 'act_mirred',
];

const mount9p = (tag: string, at: string, mode: 'ro' | 'rw'): string => `$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=${mode === 'ro' ? 'loose' : 'none'},${mode} ${tag} ${at}`;

export interface GuestPaths {
  /** Names of files below `/m`, in the order in which they are loaded. */
  readonly early: readonly string[];
  /** Of the host, and the same in the guest: what both may write. */
  readonly share: string;
  /** A file in `share`: what runs in the end. */
  readonly command: string;
}

/** The text of `/init`, for busybox. */
export const initScript = ({ early, share, command }: GuestPaths): string => `#!/bin/busybox sh
B=/bin/busybox
give_up() { echo "the guest gives up: $1"; echo o > /proc/sysrq-trigger; $B sleep 60; }
$B mount -t proc proc /proc; $B mount -t sysfs sys /sys; $B mount -t devtmpfs dev /dev
for module in ${early.join(' ')}; do $B insmod /m/$module || give_up $module; done
${mount9p(tags.host, '/host', 'ro')} || give_up "the host's tree"
$B mount -t tmpfs -o size=75% memory /memory; $B mkdir /memory/written /memory/work
$B mount -t overlay -o lowerdir=/host,upperdir=/memory/written,workdir=/memory/work tree /tree || give_up overlay
for one in proc sys dev; do $B mount --move /$one /tree/$one; done
$B mkdir -p /tree/dev/pts /tree/dev/shm /tree/lib/modules '/tree${share}'
$B mount -t devpts devpts /tree/dev/pts; $B mount -t tmpfs tmpfs /tree/dev/shm; $B mount -t tmpfs tmpfs /tree/run
$B mount -t cgroup2 none /tree/sys/fs/cgroup; $B mount -t bpf none /tree/sys/fs/bpf
${mount9p(tags.modules, '/tree/lib/modules', 'ro')} || give_up modules
${mount9p(tags.share, `'/tree${share}'`, 'rw')} || give_up share
$B cp /bin/busybox /tree/run/busybox; $B ln -s busybox /tree/run/modprobe
echo /run/modprobe > /tree/proc/sys/kernel/modprobe
exec $B switch_root /tree /bin/sh '${command}'
`;

const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

export interface GuestCommand {
  readonly share: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** What tells the boot's own noise from the command's output. */
export const BEGIN = '== in the guest';

/** The command itself, with its exit code in the file `exit` of the share. The machine ends with it. */
export const commandScript = ({ share, folder, environment, words }: GuestCommand): string => `
${Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}`).join('\n')}
/run/busybox modprobe -a ${lateModules.join(' ')}
ip link set lo up
echo "${BEGIN}: Linux $(uname -r), up for $(cut -d' ' -f1 /proc/uptime) s"
{ cd ${quoted(folder)} && ${words.map(quoted).join(' ')} </dev/null; echo $? > ${quoted(`${share}/exit`)}; } 2>&1 | cat
echo o > /proc/sysrq-trigger
/run/busybox sleep 60
`;
