/**
 * Where packets meet the policy (dataplane.md section 0): from an endpoint in prerouting, after destination translation;
 * to an endpoint in forward; the node's own packets in output (to machines) and postrouting, which has no reject in reach.
 *
 * Replies alone take a shortcut; the original direction of a connection is judged for every packet, so a change of policy
 * bites at once.
 *
 * @module
 */
import type { Judgement } from './encoding.ts';
import type { Chain } from './nft-state.ts';
import { pathRules } from './path-sets.ts';
import { refusal } from './render-log.ts';

const ND = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }';
/**
 * Discovery never crosses a router, which would have taken one from 255. With another hop limit it is a message like any other, and policy
 * judges it: who could send it on would have a way past policy for whatever is written in it.
 */
const NEAR = 'ip6 hoplimit 255';
const REPLY = 'ct direction reply ct state established accept';
const RELATED = 'ct state related meta l4proto { 1, 58 } accept';
const MIDSTREAM = 'ct state new tcp flags != syn / fin,syn,rst,ack drop';
const INVALID = 'ct state invalid jump unreadable';
const RESET = 'ct direction reply ct state related tcp flags & rst == rst accept';
/** Whoever is adopting takes up connections that it has not seen begin. */
const tracked = (isAdopting: boolean): string[] => [REPLY, RELATED, INVALID, ...(isAdopting ? [] : [MIDSTREAM])];
/**
 * Conntrack calls every ICMP message invalid that asks nothing it knows (and only those); policy judges them by type and code. What has no
 * protocol that could be read has no port either, and no rule that names ports may be gone round by it.
 */
const unreadable: [string, Chain] = ['unreadable', { rules: ['meta l4proto { 1, 58 } return', 'drop'] }];
/** Who answers as a DHCP server: whatever port it comes from, a client listens at these; relays at the servers' own. */
const DHCP_SERVER = ['udp sport { 67, 547 } drop', 'udp dport { 68, 546 } drop'];
const DHCP_CLIENT = 'ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67';
const DHCP6_CLIENT = 'ip6 saddr fe80::/10 ip6 daddr ff02::1:2 udp sport 546 udp dport 547';
/** Which groups it listens to: snooping bridges would else not forward discovery to it. */
const LISTENS = 'icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report }';

/** A workload reaches itself through a Service: translated, both ends are its own. */
const self = ['ip saddr . ip daddr @self4 accept', 'ip6 saddr . ip6 daddr @self6 accept'];

/** One rule per way to be managed: a declared prefix, or a binding. */
const managed = (side: 'iifname' | 'oifname', prefixes: readonly string[], target: string): string[] => [...prefixes.map((prefix) => `${side} "${prefix}*" goto ${target}`), `${side} @bound goto ${target}`];

/** What the node itself sends to a virtual machine: judged in output, where a reject is still possible. */
const toMachine = (verdict: string): string[] => [`fib saddr type local oifname . ip daddr @machine4 ${verdict}`, `fib saddr type local oifname . ip6 daddr @machine6 ${verdict}`];

export const inetHooks = (prefixes: readonly string[], dispatch: Judgement['dispatch'], isAdopting = false): [string, Chain][] => [
  [
    'h_pre',
    {
      base: 'type filter hook prerouting priority -90; policy accept;',
      // The last two: an own endpoint's address that comes from anywhere else.
      rules: [pathRules.in, 'iifname "lo" accept', ...managed('iifname', prefixes, 'from_managed'), ...refusal('elsewhere', 'ip saddr @local4 '), ...refusal('elsewhere', 'ip6 saddr @local6 ')],
    },
  ],
  // What was let in as discovery stays on its link.
  ['h_fwd', { base: 'type filter hook forward priority 0; policy accept;', rules: [`${ND} ip6 hoplimit 254 iifname @bound drop`, ...managed('oifname', prefixes, 'to_managed')] }],
  // Its own pods a node may always reach; a virtual machine judges its hypervisor like anybody else.
  ['h_out', { base: 'type filter hook output priority 0; policy accept;', rules: [RESET, ...toMachine('goto to_managed')] }],
  ['h_post', { base: 'type filter hook postrouting priority -10; policy accept;', rules: [pathRules.out, ...managed('oifname', prefixes, 'to_local')] }],
  [
    'from_managed',
    {
      rules: [
        'icmpv6 type { mld-listener-query, nd-router-advert, nd-redirect } drop',
        `icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } ${NEAR} ip6 saddr { ::, fe80::/10 } accept`,
        `${ND} ${NEAR} iifname . ip6 saddr @own6 accept`,
        // What the node asked of an endpoint that is not programmed yet: only its own table of this interface hears it.
        `icmpv6 type nd-neighbor-advert ${NEAR} fib daddr type local accept`,
        `${LISTENS} ip6 hoplimit 1 ip6 saddr { ::, fe80::/10 } accept`,
        `${DHCP_CLIENT} accept`,
        `${DHCP6_CLIENT} accept`,
        'iifname . ip saddr @own4 goto from_owned',
        'iifname . ip6 saddr @own6 goto from_owned',
        'iifname . ip saddr @own4n goto from_owned',
        'iifname . ip6 saddr @own6n goto from_owned',
        // Another endpoint's, on an interface of ours: not even as an answer to the node.
        ...refusal('antispoof', 'ip saddr @local4 '),
        ...refusal('antispoof', 'ip6 saddr @local6 '),
        // What the node itself asked of an endpoint that is not programmed may come back to it: kubelet's probes.
        'ct direction reply ct state established fib daddr type local accept',
        // Our ports were bound before the frame came here: this one came in by a port that is not ours.
        'iifname @bridges accept',
        ...refusal('antispoof'),
      ],
    },
  ],
  ['from_owned', { rules: [...DHCP_SERVER, ...tracked(isAdopting), ...self, ...dispatch.from, ...refusal('unprogrammed')] }],
  // Behind a bridge, what is addressed to none of ours goes to none of our ports: they take no other (`to_port`).
  ['to_managed', { rules: [`${ND} ${NEAR} accept`, ...tracked(isAdopting), ...self, ...dispatch.to, 'oifname @bridges accept', ...refusal('unprogrammed')] }],
  unreadable,
  [
    'to_local',
    {
      rules: [
        // Forwarded packets were judged in forward.
        'iif != 0 accept',
        `${ND} ${NEAR} accept`,
        // The fib test alone could be spoofed from outside; together with "no input interface" it cannot.
        ...toMachine('accept'),
        'fib saddr type local ct direction original counter name "c_ownnode" accept',
        'fib saddr type local accept',
        // A rejected connection's RST is made here in the name of its destination; conntrack knows whose answer it is.
        RESET,
        // Only what a process of this host sends has a socket: it speaks in another's name.
        ...refusal('unprogrammed', 'meta skuid != 4294967295 '),
        // A bridged frame has neither input interface nor socket here; it was bound at its port and judged in forward.
        'oifname @bridges accept',
        ...refusal('unprogrammed'),
      ],
    },
  ],
];

/** Port and target address of neighbour discovery; nft has no word for it before 1.0.9. */
export const ND_TARGET = 'iifname . @th,64,128';

export const inetCounters = ['c_elsewhere', 'c_antispoof', 'c_unprogrammed', 'c_ownnode'] as const;
export const bridgeCounters = ['c_elsewhere', 'c_antispoof', 'c_unprogrammed'] as const;

/** The IP hooks do not see what is tagged, and receivers take a tag of priority only for none: no frame of our ports has one. */
const TAGGED = 'ether type { 8021q, 8021ad }';

/** One rule per way to be a port of ours. */
const ported = (side: 'iifname' | 'oifname', prefixes: readonly string[], target: string): string[] => [...prefixes.map((prefix) => `${side} "${prefix}*" goto ${target}`), `${side} @ports goto ${target}`];

/** Binds bridge ports to MAC and address before anything else looks at a frame, and lets nothing out of them that the IP hooks cannot have judged. */
export const bridgeHooks = (prefixes: readonly string[]): [string, Chain][] => [
  [
    'h_pre',
    {
      base: 'type filter hook prerouting priority -300; policy accept;',
      // The last two: a machine's address that comes in by another's port.
      rules: [pathRules.in, ...ported('iifname', prefixes, 'from_port'), ...refusal('elsewhere', 'ip saddr @local4 '), ...refusal('elsewhere', 'ip6 saddr @local6 ')],
    },
  ],
  ['h_post', { base: 'type filter hook postrouting priority -300; policy accept;', rules: [pathRules.out, ...ported('oifname', prefixes, 'to_port')] }],
  [
    'from_port',
    {
      rules: [
        ...refusal('antispoof', `${TAGGED} `),
        'iifname . ether saddr . arp saddr ip @bind4 iifname . arp saddr ether . arp saddr ip @bind4 accept',
        // Whether somebody has its address already, before it uses it.
        'iifname . ether saddr @macs arp saddr ip 0.0.0.0 iifname . arp saddr ether . arp daddr ip @bind4 accept',
        'icmpv6 type { mld-listener-query, nd-router-advert, nd-redirect } drop',
        // Who answers for an address owns it, and so does who asks whether it is free: the target stands behind the flags.
        ...refusal('antispoof', `icmpv6 type nd-neighbor-advert ${ND_TARGET} != @targets `),
        ...refusal('antispoof', `icmpv6 type nd-neighbor-solicit ip6 saddr :: ${ND_TARGET} != @targets `),
        `${DHCP_CLIENT} iifname . ether saddr @macs accept`,
        `${DHCP6_CLIENT} iifname . ether saddr @macs accept`,
        ...DHCP_SERVER,
        'iifname . ether saddr . ip saddr @bind4 accept',
        // Link-local ones too: whoever could ask in a router's name would be taken for it.
        'iifname . ether saddr . ip6 saddr @bind6 accept',
        'ip6 saddr :: icmpv6 type { mld-listener-report, mld-listener-done, nd-router-solicit, nd-neighbor-solicit, mld2-listener-report } iifname . ether saddr @macs accept',
        ...refusal('antispoof'),
      ],
    },
  ],
  [
    'to_port',
    {
      rules: [
        ...refusal('unprogrammed', `${TAGGED} `),
        'ether type arp accept',
        'oifname . ip daddr @home4 accept',
        'oifname . ip6 daddr @home6 accept',
        // What the routers of a virtual one say to each other.
        'oifname @routers ip daddr 224.0.0.18 meta l4proto 112 accept',
        'oifname @routers ip6 daddr ff02::12 meta l4proto 112 accept',
        // What a router or a server says to everybody on a link.
        'icmpv6 type { mld-listener-query, mld-listener-report, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept',
        'udp sport 67 udp dport 68 accept',
        'udp sport 547 udp dport 546 accept',
        ...refusal('unprogrammed'),
      ],
    },
  ],
];
