/**
 * A small cluster for policies of other systems, and questions to it in a line each: `+ shop/web > shop/api 80` is allowed,
 * `- 203.0.113.9 > shop/web UDP 53` is not.
 *
 * @module
 */
import { Verdicts } from '@firsthop/analysis';
import { compareText } from '@firsthop/base';
import { convertManifests, formatManifest, loadManifests, type Problem } from '@firsthop/manifest';
import { type Address, parseAddress, protocolNumbers } from '@firsthop/netaddr';
import { evaluate, type Evaluation, type EvaluationOptions, type NameAnswers, policyKey, type Probe, type World } from '@firsthop/policy';

export interface Scenario {
  readonly name: string;
  /** YAML, several documents. */
  readonly policies: string;
  /** Lines of `+` and `-`. */
  readonly truth: string;
  readonly names?: NameAnswers;
  /** Codes of the errors that are expected; none by default. */
  readonly errors?: readonly string[];
}

const namespaces: Readonly<Record<string, Record<string, string>>> = { shop: { team: 'shop', env: 'prod' }, ops: { team: 'ops', env: 'prod' }, dev: { team: 'dev' } };

/** Namespace/name: labels, address, node, service account. */
const pods: readonly (readonly [string, Record<string, string>, string, string, string?])[] = [
  ['shop/web', { app: 'web', tier: 'front' }, '10.244.0.1', 'n1', 'web'],
  ['shop/api', { app: 'api', tier: 'back' }, '10.244.0.2', 'n1', 'api'],
  ['shop/db', { app: 'db', tier: 'back', role: 'data' }, '10.244.1.3', 'n2'],
  ['shop/bare', {}, '10.244.1.4', 'n2'],
  ['ops/mon', { app: 'mon' }, '10.244.0.5', 'n1', 'mon'],
  ['ops/web', { app: 'web' }, '10.244.1.6', 'n2', 'web'],
  ['dev/web', { app: 'web', tier: 'front' }, '10.244.1.7', 'n2'],
];

export const ground: readonly unknown[] = [
  ...Object.entries(namespaces).map(([name, labels]) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
  ...['n1', 'n2', 'n3'].map((name, i) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { zone: i === 2 ? 'b' : 'a' } }, status: { addresses: [{ type: 'InternalIP', address: `10.0.0.${i + 1}` }] } })),
  ...pods.map(([id, labels, podIP, nodeName, serviceAccountName]) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: id.split('/')[0], name: id.split('/')[1], labels },
    spec: { nodeName, ...(serviceAccountName === undefined ? {} : { serviceAccountName }), containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }] }] },
    status: { podIP, podIPs: [{ ip: podIP }] },
  })),
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'data', namespace: 'shop' }, spec: { selector: { role: 'data' }, ports: [{ port: 5432 }] } },
  { apiVersion: 'firsthop.dev/v1alpha1', kind: 'VirtualMachine', metadata: { name: 'vm', namespace: 'ops', labels: { app: 'legacy' } }, spec: { interfaces: [{ name: 'eth0', addresses: ['10.9.0.5'] }] } },
];

export interface Loaded {
  readonly world: World;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What the policies become, as YAML. */
export const convertPolicies = (policies: string): string => convertManifests([{ file: 'policies.yaml', text: policies }]).clusters.flatMap(({ objects }) => objects.map(formatManifest)).join('---\n');

export const loadGround = (policies: string): Loaded => {
  const { clusters, errors, warnings } = loadManifests([{ file: 'ground.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: ground }) }, { file: 'policies.yaml', text: policies }]);
  const world = clusters.get('local')?.world;
  if (world === undefined) throw new Error('the ground is a cluster');
  return { world, errors, warnings };
};

export const address = (text: string): Address => {
  const read = parseAddress(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

/** Policies have an order of their own; that of their files means nothing. */
export const inAnyOrder = (world: World): World => ({ ...world, policies: [...world.policies].sort((a, b) => compareText(policyKey(a.ref), policyKey(b.ref))) });

const addressOf = ({ workloads }: World, party: string): Address =>
  (party.includes('/') ? workloads.find(({ namespace, name }) => `${namespace}/${name}` === party)?.endpoints[0]?.addresses[0] : undefined) ?? address(party);

interface Question {
  readonly line: string;
  readonly isAllowed: boolean;
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly port: number;
}

const protocols: Readonly<Record<string, number>> = { ...protocolNumbers, IGMP: 2 };

/** `[sign] FROM > TO [PROTOCOL] PORT`; of ICMP the number is the type. */
const readLine = (line: string): Question => {
  const [sign = '', from = '', , to = '', ...rest] = line.split(/\s+/);
  const [protocol, port] = rest.length === 2 ? rest : ['TCP', rest[0]];
  const number = protocols[protocol ?? ''];
  if ((sign !== '+' && sign !== '-') || number === undefined || port === undefined) throw new Error(`not a question: ${line}`);
  return { line, isAllowed: sign === '+', from, to, protocol: number, port: Number(port) };
};

export const questionsOf = ({ truth }: Scenario): readonly Question[] =>
  truth
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(readLine);

type Judge = (probe: Probe) => Evaluation;

const optionsOf = ({ names }: Scenario): EvaluationOptions => (names === undefined ? {} : { names });

const falseTo = (judge: Judge, scenario: Scenario, world: World, what: 'verdict' | 'monitor'): readonly string[] =>
  questionsOf(scenario)
    .filter(({ from, to, protocol, port, isAllowed }) => {
      const isIcmp = protocol === 1 || protocol === 58;
      const evaluation = judge({ source: { address: addressOf(world, from) }, destination: { address: addressOf(world, to) }, protocol, ...(isIcmp ? { icmp: { type: port, code: 0 } } : { port }) });
      const verdict = what === 'monitor' ? (evaluation.monitor ?? evaluation.verdict) : evaluation.verdict;
      return (verdict === 'allow') !== isAllowed;
    })
    .map(({ line }) => line);

/** The lines to which the evaluator gives another answer. `monitor`: to what would be, if drafts were in force. */
export const falsehoods = (scenario: Scenario, world: World, what: 'verdict' | 'monitor' = 'verdict'): readonly string[] =>
  falseTo((probe) => evaluate(new Map([[world.cluster, world]]), probe, optionsOf(scenario)), scenario, world, what);

/** The same asked of compiled tables. */
export const tableFalsehoods = (scenario: Scenario, world: World, what: 'verdict' | 'monitor' = 'verdict'): readonly string[] => {
  const verdicts = new Verdicts(new Map([[world.cluster, world]]), optionsOf(scenario));
  return falseTo((probe) => verdicts.judge(probe), scenario, world, what);
};
