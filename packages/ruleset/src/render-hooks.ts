/**
 * Where packets meet the policy (dataplane.md section 0): from an endpoint in prerouting, after destination translation;
 * to an endpoint in forward; the node's own packets in output (to machines) and postrouting, which has no reject in reach.
 *
 * Replies alone take a shortcut; the original direction of a connection is judged for every packet, so a change of policy
 * bites at once.
 *
 * @module
 */
import type { Chain } from './nft-state.ts';
import { refusal } from './render-log.ts';

const ND = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';
const REPLY = 'ct direction reply ct state established accept';
const RELATED = 'ct state related meta l4proto { 1, 58 } accept';
const MIDSTREAM = 'ct state new tcp flags != syn / fin,syn,rst,ack drop';
/** Conntrack calls every ICMP message invalid that asks nothing it knows (and only those); policy judges them by type and code. */
const INVALID = 'ct state invalid meta l4proto != { 1, 58 } drop';
const RESET = 'ct direction reply ct state related tcp flags & rst == rst accept';
/** Whoever is adopting takes up connections that it has not seen begin. */
const tracked = (isAdopting: boolean): string[] => [REPLY, RELATED, INVALID, ...(isAdopting ? [] : [MIDSTREAM])];
/** A workload reaches itself through a Service: translated, both ends are its own. */
const self = ['ip saddr . ip daddr @self4 accept', 'ip6 saddr . ip6 daddr @self6 accept'];

/** One rule per way to be managed: a declared prefix, or a binding. */
const managed = (side: 'iifname' | 'oifname', prefixes: readonly string[], target: string): string[] => [...prefixes.map((prefix) => `${side} "${prefix}*" goto ${target}`), `${side} @bound goto ${target}`];

/** What the node itself sends to a virtual machine: judged in output, where a reject is still possible. */
const toMachine = (verdict: string): string[] => [`fib saddr type local oifname . ip daddr @machine4 ${verdict}`, `fib saddr type local oifname . ip6 daddr @machine6 ${verdict}`];

export const inetHooks = (prefixes: readonly string[], isAdopting = false): [string, Chain][] => [
  [
    'h_pre',
    {
      base: 'type filter hook prerouting priority -90; policy accept;',
      // The last two: an own endpoint's address that comes from anywhere else.
      rules: ['iifname "lo" accept', ...managed('iifname', prefixes, 'from_managed'), ...refusal('elsewhere', 'ip saddr @local4 '), ...refusal('elsewhere', 'ip6 saddr @local6 ')],
    },
  ],
  ['h_fwd', { base: 'type filter hook forward priority 0; policy accept;', rules: managed('oifname', prefixes, 'to_managed') }],
  // Its own pods a node may always reach; a virtual machine judges its hypervisor like anybody else.
  ['h_out', { base: 'type filter hook output priority 0; policy accept;', rules: [RESET, ...toMachine('goto to_managed')] }],
  ['h_post', { base: 'type filter hook postrouting priority -10; policy accept;', rules: managed('oifname', prefixes, 'to_local') }],
  [
    'from_managed',
    {
      rules: [
        `${ND} accept`,
        'icmpv6 type nd-router-solicit accept',
        'icmpv6 type { nd-router-advert, nd-redirect } drop',
        'ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept',
        // What the node itself asked of an endpoint may come back to it, programmed or not: kubelet's probes.
        'ct direction reply ct state established fib daddr type local accept',
        'iifname . ip saddr @own4 goto from_owned',
        'iifname . ip6 saddr @own6 goto from_owned',
        'iifname . ip saddr @own4n goto from_owned',
        'iifname . ip6 saddr @own6n goto from_owned',
        ...refusal('antispoof'),
      ],
    },
  ],
  ['from_owned', { rules: ['udp sport 67 drop', ...tracked(isAdopting), ...self, 'iifname vmap @from_if', 'iifname . ip saddr vmap @from_br4', 'iifname . ip6 saddr vmap @from_br6', ...refusal('unprogrammed')] }],
  ['to_managed', { rules: [`${ND} accept`, ...tracked(isAdopting), ...self, 'oifname vmap @to_if', 'oifname . ip daddr vmap @to_br4', 'oifname . ip6 daddr vmap @to_br6', ...refusal('unprogrammed')] }],
  [
    'to_local',
    {
      rules: [
        // Forwarded packets were judged in forward.
        'iif != 0 accept',
        `${ND} accept`,
        // The fib test alone could be spoofed from outside; together with "no input interface" it cannot.
        ...toMachine('accept'),
        'fib saddr type local ct direction original counter name "c_ownnode" accept',
        'fib saddr type local accept',
        // A rejected connection's RST is made here in the name of its destination; conntrack knows whose answer it is.
        RESET,
        // Only what a process of this host sends has a socket: it speaks in another's name.
        ...refusal('unprogrammed', 'meta skuid != 4294967295 '),
        // A bridged frame has neither input interface nor socket here; it was bound at its port and judged in forward.
        'oifname . ip saddr @own4 accept',
        'oifname . ip6 saddr @own6 accept',
        'oifname . ip saddr @own4n accept',
        'oifname . ip6 saddr @own6n accept',
        ...refusal('unprogrammed'),
      ],
    },
  ],
];

/** Port and target address of a neighbour advertisement; nft has no word for it before 1.0.9. */
export const ND_TARGET = 'iifname . @th,64,128';

export const inetCounters = ['c_elsewhere', 'c_antispoof', 'c_unprogrammed', 'c_ownnode'] as const;

/** Binds bridge ports to MAC and address before anything else looks at a frame. */
export const bridgeHooks = (prefixes: readonly string[]): [string, Chain][] => [
  ['h_pre', { base: 'type filter hook prerouting priority -300; policy accept;', rules: [...prefixes.map((prefix) => `iifname "${prefix}*" goto from_port`), 'iifname @ports goto from_port'] }],
  [
    'from_port',
    {
      rules: [
        'iifname . ether saddr . arp saddr ip @bind4 iifname . arp saddr ether . arp saddr ip @bind4 accept',
        'icmpv6 type { nd-router-advert, nd-redirect } drop',
        // Who answers for an address owns it: the target stands behind the flags of the advertisement.
        ...refusal('antispoof', `icmpv6 type nd-neighbor-advert ${ND_TARGET} != @targets `),
        'ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 iifname . ether saddr @macs accept',
        'udp sport 67 drop',
        'iifname . ether saddr . ip saddr @bind4 accept',
        'iifname . ether saddr . ip6 saddr @bind6 accept',
        'ip6 saddr { ::, fe80::/10 } icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } iifname . ether saddr @macs accept',
        ...refusal('antispoof'),
      ],
    },
  ],
];
