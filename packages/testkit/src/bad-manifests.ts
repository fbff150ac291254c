/**
 * A small cluster whose two policies matter, and everything that may be wrong with its files. One table for all levels: the loader, the
 * command, and a running manager.
 *
 * @module
 */

export type ClusterFile = 'workloads.yaml' | 'network-policy.yaml' | 'security-policy.yaml' | 'more.yaml';

/**
 * What becomes of the object behind a fault.
 *   unread   nobody can say what stood there: an error, and no generation for a manager
 *   closed   a policy that is in force and allows nothing that it did not allow before
 *   nobody   a policy whose subjects are unknown: it applies to nothing (semantics.md section 5)
 *   harmless no policy: the fault changes no verdict between the others
 */
export type Fate = 'unread' | 'closed' | 'nobody' | 'harmless';

export interface BadManifest {
  readonly name: string;
  /** The file whose text is replaced. */
  readonly file: ClusterFile;
  readonly text: string;
  readonly code: string;
  /** As the error has it; left out where it is the whole document. */
  readonly path?: string;
  readonly fate: Fate;
}

const pod = (name: string, rest = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop, labels: {role: ${name}}}\nspec: {nodeName: n1}\n${rest}`;
const networkPolicy = (spec: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: api, namespace: shop}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`;
const securityPolicy = (spec: string): string => `apiVersion: firsthop.dev/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: db, namespace: shop}\nspec:\n  ${spec.replaceAll('\n', '\n  ')}\n`;
const clusterNetworkPolicy = (rule: string): string =>
  `apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: db}\nspec:\n  tier: Admin\n  priority: 1\n  subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {role: db}}}}\n  ingress: [${rule}]\n`;

/** web may reach api; nobody else may, and api may reach nobody else. other may not reach db. All pods are on node n1. */
export const goodFiles: Readonly<Record<ClusterFile, string>> = {
  'workloads.yaml': ['web', 'api', 'db', 'other'].map((name) => pod(name)).join('\n---\n'),
  'network-policy.yaml': networkPolicy('podSelector: {matchLabels: {role: api}}\npolicyTypes: [Ingress, Egress]\ningress: [{from: [{podSelector: {matchLabels: {role: web}}}], ports: [{port: 80}]}]\negress: [{to: [{podSelector: {matchLabels: {role: web}}}], ports: [{port: 80}]}]'),
  'security-policy.yaml': securityPolicy('appliedTo: [{podSelector: {matchLabels: {role: db}}}]\ningress: [{name: not-other, action: Drop, from: [{podSelector: {matchLabels: {role: other}}}]}]'),
  'more.yaml': '# nothing\n',
};

/** Questions on port 80, and what the files above answer. */
export const goodVerdicts: readonly (readonly [from: string, to: string, isAllowed: boolean])[] = [
  ['web', 'api', true],
  ['api', 'web', true],
  ['other', 'web', true],
  ['web', 'db', true],
  ['other', 'api', false],
  ['api', 'other', false],
  ['other', 'db', false],
];

type Row = readonly [name: string, text: string, code: string, path?: string];

const rows = (file: ClusterFile, fate: Fate, list: readonly Row[]): BadManifest[] => list.map(([name, text, code, path]) => ({ name, file, text, code, fate, ...(path === undefined ? {} : { path }) }));

const isolating = 'podSelector: {matchLabels: {role: api}}\npolicyTypes: [Ingress, Egress]\n';
const rule = (name: string, text: string, code: string, path = ''): Row => [name, networkPolicy(`${isolating}ingress: [${text}]`), code, `spec.ingress[0]${path}`];
const peer = (name: string, text: string, code: string, path = ''): Row => rule(name, `{from: [${text}]}`, code, `.from[0]${path}`);
const block = (cidr: string, code = 'CIDR_INVALID', path = '.ipBlock.cidr'): Row => peer(`block ${cidr}`, `{ipBlock: {${cidr}}}`, code, path);
const port = (text: string, path = '.port'): Row => rule(`port ${text}`, `{ports: [{${text}}]}`, 'PORT_INVALID', `.ports[0]${path}`);

const rulesThatMatchNothing: readonly Row[] = [
  rule('no rule', 'all', 'TYPE'),
  rule('unknown field in a rule', '{form: []}', 'UNKNOWN_FIELD', '.form'),
  rule('from is an object', '{from: {}}', 'TYPE', '.from'),
  rule('protocol ICQ', '{ports: [{protocol: ICQ, port: 80}]}', 'UNKNOWN_VALUE', '.ports[0].protocol'),
  rule('a prototype as field', '{__proto__: {from: []}}', 'UNKNOWN_FIELD', '.__proto__'),
  rule('a constructor as field', '{constructor: []}', 'UNKNOWN_FIELD', '.constructor'),
  peer('empty peer', '{}', 'PEER_EMPTY'),
  peer('no peer', '~', 'REQUIRED'),
  peer('block beside a selector', '{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}', 'PEER_CONFLICT'),
  peer('misspelt selector', '{podSelecter: {}}', 'UNKNOWN_FIELD', '.podSelecter'),
  peer('operator Near', '{podSelector: {matchExpressions: [{key: a, operator: Near, values: [b]}]}}', 'UNKNOWN_VALUE', '.podSelector.matchExpressions[0].operator'),
  peer('a prototype as label', '{podSelector: {matchLabels: {__proto__: a}}}', 'SELECTOR_INVALID', '.podSelector.matchLabels.__proto__'),
  block('cidr: 10.0.0.0/33'),
  block('cidr: 300.1.1.1/8'),
  block("cidr: '::/129'"),
  block('cidr: 10.0.0.0'),
  block('cidr: 010.0.0.0/8'),
  block("cidr: '::ffff:10.0.0.0/104'"),
  block('cidr: 10.0.0.0/8, except: [11.0.0.0/9]', 'CIDR_INVALID', '.ipBlock.except[0]'),
  block("cidr: 10.0.0.0/8, except: ['fd00::/9']", 'CIDR_INVALID', '.ipBlock.except[0]'),
  block('cidr: 10.0.0.0/8, except: 10.1.0.0/16', 'TYPE', '.ipBlock.except'),
  port('port: 10, endPort: 1', '.endPort'),
  port('endPort: 1', '.endPort'),
  port('port: http, endPort: 90', '.endPort'),
  port('port: 0'),
  port('port: 65536'),
  port('port: -1'),
  port('port: 1.5'),
  port("port: '80'"),
  port('port: seventeen-letters'),
];

const headless = (metadata: string): string => `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n${metadata}\nspec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n`;

const policiesThatStayClosed: readonly Row[] = [
  ...rulesThatMatchNothing,
  ['policyTypes [Sideways]', networkPolicy('podSelector: {matchLabels: {role: api}}\npolicyTypes: [Sideways]'), 'UNKNOWN_VALUE', 'spec.policyTypes[0]'],
  ['policyTypes in small letters', networkPolicy('podSelector: {matchLabels: {role: api}}\npolicyTypes: [egress]'), 'UNKNOWN_VALUE', 'spec.policyTypes[0]'],
  ['policyTypes is a text', networkPolicy('podSelector: {matchLabels: {role: api}}\npolicyTypes: Egress'), 'TYPE', 'spec.policyTypes'],
  ['unknown field in the spec', networkPolicy(`${isolating}ingres: []\ningress: [{}]`), 'UNKNOWN_FIELD', 'spec.ingres'],
  ['unknown field beside the spec', `${networkPolicy(`${isolating}ingress: [{}]`)}specs: {}\n`, 'UNKNOWN_FIELD', 'specs'],
  ['ingress is a text', networkPolicy(`${isolating}ingress: all`), 'TYPE', 'spec.ingress'],
  ['a name that is no name', headless('metadata: {name: A_B, namespace: shop}'), 'NAME_INVALID', 'metadata.name'],
  ['a name called __proto__', headless('metadata: {name: __proto__, namespace: shop}'), 'NAME_INVALID', 'metadata.name'],
  ['the same object twice', `${goodFiles['network-policy.yaml']}---\n${networkPolicy(`${isolating}ingress: [{}]`)}`, 'DUPLICATE', 'metadata.name'],
];

const governed = 'appliedTo: [{podSelector: {matchLabels: {role: db}}}]\n';
const drop = 'ingress: [{action: Drop, from: [{podSelector: {matchLabels: {role: other}}}]}]';
const action = (name: string, text: string, code: string, path = ''): Row => [name, securityPolicy(`${governed}ingress: [${text}]`), code, `spec.ingress[0]${path}`];

const tieredThatStayClosed: readonly Row[] = [
  action('action Maybe', '{action: Maybe}', 'UNKNOWN_VALUE', '.action'),
  action('no action', '{from: []}', 'REQUIRED', '.action'),
  action('an invalid drop', '{action: Drop, from: [{}]}', 'PEER_EMPTY', '.from[0]'),
  action('an invalid pass', '{action: Pass, from: [{cidr: {cidr: x}}]}', 'CIDR_INVALID', '.from[0].cidr.cidr'),
  action('an invalid delegate', '{action: Delegate, ports: [{protocol: ICQ}]}', 'UNKNOWN_VALUE', '.ports[0].protocol'),
  ['a tier that does not exist', securityPolicy(`tier: nowhere\n${governed}${drop}`), 'TIER_UNKNOWN', 'spec.tier'],
  ['a tier that is closed to namespaces', securityPolicy(`tier: emergency\n${governed}${drop}`), 'TIER_FORBIDDEN', 'spec.tier'],
  ['a tier that is no name', securityPolicy(`tier: {}\n${governed}${drop}`), 'NAME_INVALID', 'spec.tier'],
  ['mode Perhaps', securityPolicy(`mode: Perhaps\n${governed}${drop}`), 'UNKNOWN_VALUE', 'spec.mode'],
  action('a group that does not exist', '{action: Drop, from: [{group: {name: nobody}}]}', 'NOT_FOUND', '.from[0]'),
  action('a name that is denied', '{action: Drop, from: [{fqdn: example.com}]}', 'PEER_CONFLICT', '.from[0].fqdn'),
  action('everybody but an unknown group', '{action: Drop, from: [{not: {group: {name: nobody}}}]}', 'NOT_FOUND', '.from[0]'),
  ['an end that is no moment', securityPolicy(`expiresAt: tomorrow\n${governed}${drop}`), 'UNKNOWN_VALUE', 'spec.expiresAt'],
  ['a window in no zone', securityPolicy(`schedule: {from: "08:00", to: "18:00"}\n${governed}${drop}`), 'REQUIRED', 'spec.schedule.zone'],
  ['a peer of the API that is not known', clusterNetworkPolicy('{action: Deny, from: [{future: {}}]}'), 'UNKNOWN_FIELD', 'spec.ingress[0].from[0].future'],
  ['a pass to nobody', clusterNetworkPolicy('{action: Pass, from: []}'), 'PEER_EMPTY', 'spec.ingress[0].from'],
  ['a tier of the API that is not known', clusterNetworkPolicy('{action: Deny, from: [{pods: {podSelector: {matchLabels: {role: other}}}}]}').replace('Admin', 'Middle'), 'UNKNOWN_VALUE', 'spec.tier'],
  ['priority -1', securityPolicy(`priority: -1\n${governed}${drop}`), 'UNKNOWN_VALUE', 'spec.priority'],
];

const policiesOfNobody: readonly Row[] = [
  ['no spec', networkPolicy('').replace('spec:', 'spec: 7'), 'TYPE', 'spec'],
  ['podSelector with operator Near', networkPolicy('podSelector: {matchExpressions: [{key: a, operator: Near}]}'), 'UNKNOWN_VALUE', 'spec.podSelector.matchExpressions[0].operator'],
];

/** Every level says x twice: 2 to the power of `levels`. */
const laughs = (levels: number): string => Array.from({ length: levels }, (_, i) => (i === 0 ? 'a0: &a0 [x, x]' : `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`)).join('\n');
const mergedLaughs = (levels: number): string => Array.from({ length: levels }, (_, i) => (i === 0 ? 'a0: &a0 {x: 1}' : `a${i}: &a${i} {<<: [*a${i - 1}, *a${i - 1}], k${i}: 1}`)).join('\n');

/** Must cost neither time nor memory. */
export const bombs: readonly Row[] = [
  ['billion laughs', laughs(40), 'TOO_LARGE'],
  ['ten billion laughs', laughs(100), 'TOO_LARGE'],
  ['laughs by merging', mergedLaughs(40), 'TOO_LARGE'],
  ['an alias of what holds it', 'a: &a [*a]', 'SYNTAX'],
  ['brackets, two thousand deep', `a: ${'['.repeat(2000)}${']'.repeat(2000)}`, 'TOO_LARGE'],
  ['braces, a hundred thousand deep', '{a: '.repeat(100_000), 'TOO_LARGE'],
  ['lists, two thousand deep', `${'- '.repeat(2000)}x`, 'TOO_LARGE'],
  ['indented, two thousand deep', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'TOO_LARGE'],
  ['two thousand equal keys', `metadata:\n${'  a: 1\n'.repeat(2000)}`, 'SYNTAX'],
  ['a label of 10 MB', pod('big', `  # ${'x'.repeat(10_485_760)}`), 'TOO_LARGE'],
];

const textsThatNobodyReads: readonly Row[] = [
  ...bombs,
  ['broken YAML', 'a: [1\nb: }', 'SYNTAX'],
  ['a tab as indentation', 'a:\n\tb: 1', 'SYNTAX'],
  ['a key twice', networkPolicy('podSelector: {}\npodSelector: {matchLabels: {a: b}}'), 'SYNTAX'],
  ['a number and a text as one key', 'a: {1: x, "1": y}', 'SYNTAX'],
  ['a list as key', '{[a, b]: c}', 'SYNTAX'],
  ['NUL bytes', networkPolicy('podSelector: {} # \0'), 'SYNTAX'],
  ['an escape sequence', networkPolicy('podSelector: {} # \u001b[2J'), 'SYNTAX'],
  ['a tag of JavaScript', networkPolicy('podSelector: !!js/function "function () {}"'), 'SYNTAX'],
  ['a binary tag', networkPolicy('podSelector: {matchLabels: {a: !!binary eA==}}'), 'SYNTAX'],
  ['noise', Array.from({ length: 100_000 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919 + i * 104_729) % 94))).join(''), 'SYNTAX'],
  ['a number', '7', 'TYPE'],
  ['a list', '- 1', 'TYPE'],
  ['a text', 'networkPolicy', 'TYPE'],
  ['no kind', 'apiVersion: v1', 'REQUIRED', 'kind'],
  ['a list of objects with a stranger in it', `apiVersion: v1\nkind: List\nitems:\n- 7`, 'TYPE'],
  ['a list without items', `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems: {}`, 'TYPE', 'items'],
  ['a misspelt kind', networkPolicy('podSelector: {}').replace('NetworkPolicy', 'NetworkPolcy'), 'UNKNOWN_KIND', 'kind'],
  ['a version of a policy that is not read', networkPolicy('podSelector: {}').replace('networking.k8s.io/v1', 'networking.k8s.io/v1beta1'), 'UNKNOWN_KIND', 'apiVersion'],
  ['a policy of the API in the version of another one', networkPolicy('podSelector: {}').replace('networking.k8s.io/v1', 'policy.networking.k8s.io/v1alpha1').replace('NetworkPolicy', 'ClusterNetworkPolicy'), 'UNKNOWN_KIND', 'apiVersion'],
  ['a policy of a group that has no such kind', networkPolicy('podSelector: {}').replace('networking.k8s.io/v1', 'policy.networking.k8s.io/v1alpha1').replace('NetworkPolicy', 'AdminPolicy'), 'UNKNOWN_KIND', 'kind'],
  ['no metadata', headless(''), 'REQUIRED', 'metadata'],
  ['a name that nobody can say', headless('metadata: {name: "a b/c", namespace: shop}'), 'NAME_INVALID', 'metadata.name'],
  ['no name', headless('metadata: {namespace: shop}'), 'REQUIRED', 'metadata.name'],
  ['a namespace called __proto__', headless('metadata: {name: api, namespace: __proto__}'), 'NAME_INVALID', 'metadata.namespace'],
  ['a namespace called toString', headless('metadata: {name: api, namespace: toString}'), 'NAME_INVALID', 'metadata.namespace'],
];

const morePod = (metadata: string, rest = ''): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: more, namespace: shop, ${metadata}}\n${rest}`;
const sharing = (first: string, second: string): string => `${pod('first', `status: {podIP: "${first}"}`)}\n---\n${pod('second', `status: {podIP: "${second}"}`)}`;

const othersThatHurtNobody: readonly Row[] = [
  ['a label of __proto__', morePod('labels: {__proto__: x}'), 'SELECTOR_INVALID', 'metadata.labels.__proto__'],
  ['a label that is a number', morePod('labels: {a: 1}'), 'TYPE', 'metadata.labels.a'],
  ['a long label', morePod(`labels: {a: ${'x'.repeat(64)}}`), 'SELECTOR_INVALID', 'metadata.labels.a'],
  ['a label of 7 MB', morePod(`labels: {a: ${'x'.repeat(7_000_000)}}`), 'SELECTOR_INVALID', 'metadata.labels.a'],
  ['containerPort 0', morePod('', 'spec: {containers: [{ports: [{containerPort: 0}]}]}'), 'PORT_INVALID', 'spec.containers[0].ports[0].containerPort'],
  ['hostNetwork maybe', morePod('', 'spec: {hostNetwork: maybe}'), 'TYPE', 'spec.hostNetwork'],
  ['an address that is none', morePod('', 'status: {podIP: 10.0.0.300}'), 'CIDR_INVALID', 'status.podIP'],
  ['an IPv4 address inside of IPv6', morePod('', 'status: {podIP: "::ffff:10.0.0.3"}'), 'CIDR_INVALID', 'status.podIP'],
  ['two pods with one address', sharing('10.0.0.3', '10.0.0.3'), 'DUPLICATE', 'status.podIP'],
  ['two pods with one IPv6 address', sharing('fd00::3', 'fd00:0::3'), 'DUPLICATE', 'status.podIP'],
  ['the same pod twice', `${morePod('')}---\n${morePod('')}`, 'DUPLICATE', 'metadata.name'],
  ['a node without an address in its address', 'apiVersion: v1\nkind: Node\nmetadata: {name: n2}\nstatus: {addresses: [{type: InternalIP, address: here}]}', 'CIDR_INVALID', 'status.addresses[0].address'],
  ['a Service on port 0', 'apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: shop}\nspec: {ports: [{port: 0}]}', 'PORT_INVALID', 'spec.ports[0].port'],
  ['a tier between NetworkPolicy and itself', 'apiVersion: firsthop.dev/v1alpha1\nkind: Tier\nmetadata: {name: t}\nspec: {order: 5000}', 'TIER_ORDER', 'spec.order'],
  ['a namespace that is Maybe', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: elsewhere, annotations: {firsthop.dev/enforcement: Maybe}}', 'UNKNOWN_VALUE', 'metadata.annotations["firsthop.dev/enforcement"]'],
];

export const badManifests: readonly BadManifest[] = [
  ...rows('network-policy.yaml', 'closed', policiesThatStayClosed),
  ...rows('security-policy.yaml', 'closed', tieredThatStayClosed),
  ...rows('network-policy.yaml', 'nobody', policiesOfNobody),
  ...rows('security-policy.yaml', 'nobody', [
    ['appliedTo nobody', securityPolicy(`appliedTo: []\n${drop}`), 'REQUIRED', 'spec.appliedTo'],
    ['appliedTo a group that does not exist', securityPolicy(`appliedTo: [{group: {name: nobody}}]\n${drop}`), 'NOT_FOUND', 'spec.appliedTo[0]'],
    ['a draft of nothing', securityPolicy(`stage: {of: nobody, action: Replace}\n${governed}${drop}`), 'NOT_FOUND', 'spec.stage.of'],
  ]),
  ...rows('network-policy.yaml', 'unread', textsThatNobodyReads),
  ...rows('more.yaml', 'harmless', othersThatHurtNobody),
];
