/**
 * A list of iptables whose rules ask sets of ipset, as Calico and kube-router write them: in both of its variants. What has begun is not judged again, so
 * that only the first packet of a connection walks through the list: kinder than what the lists of nft beside it are measured by.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';

export const iptablesVariants = ['legacy', 'nft'] as const;
export type IptablesVariant = (typeof iptablesVariants)[number];

export interface ListedRule {
  /** Members of its set, IPv4. */
  readonly from: readonly string[];
  readonly port: number;
}

/** Why there can be no such list here; undefined: there can. */
export const iptablesRefusal = (): string | undefined => ['ipset', ...iptablesVariants.map((variant) => `iptables-${variant}-restore`)].map((program) => (spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined ? undefined : `${program} is not installed`)).find((reason) => reason !== undefined);

const setName = (i: number): string => `s${i}`;

const setsText = (rules: readonly ListedRule[]): string => rules.flatMap(({ from }, i) => [`create ${setName(i)} hash:ip`, ...from.map((address) => `add ${setName(i)} ${address}`)]).join('\n');

const rulesText = (rules: readonly ListedRule[], to: string): string =>
  ['*filter', ':FORWARD ACCEPT [0:0]', '-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', ...rules.map(({ port }, i) => `-A FORWARD -d ${to} -p tcp -m set --match-set ${setName(i)} src -m tcp --dport ${port} -j ACCEPT`), `-A FORWARD -d ${to} -j DROP`, 'COMMIT'].join('\n');

/** In a network namespace (`ip netns` name); throws what the programs say. */
export const loadIptables = (netns: string, variant: IptablesVariant, rules: readonly ListedRule[], to: string): void => {
  const run = (program: string, args: readonly string[], input: string): void => void execFileSync('ip', ['netns', 'exec', netns, program, ...args], { input: `${input}\n`, stdio: ['pipe', 'pipe', 'inherit'] });
  run('ipset', ['restore'], setsText(rules));
  run(`iptables-${variant}-restore`, [], rulesText(rules, to));
};
