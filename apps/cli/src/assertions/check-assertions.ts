/**
 * Assertions against verdicts: every pair, every port of different treatment.
 *
 * @module
 */
import { assertNever } from '@firsthop/base';
import { type Address, type Family, familyOf, icmpOf, type PortRange, protocolNumbers, type TransportName } from '@firsthop/netaddr';
import { decisionJson, type Probe, type Worlds } from '@firsthop/policy';
import type { Answer, Ask } from '../engine.ts';
import type { AssertionResult, Counterexample } from '../render/assertions.ts';
import { why } from '../verify/index.ts';
import type { Assertion, PortPattern } from './assertion.ts';
import { type Borders, portPieces } from './borders.ts';
import { type AssertedParty, findParties } from './find-parties.ts';

/** Of one assertion. */
const shownCounterexamples = 5;

export interface AssertionContext {
  readonly worlds: Worlds;
  readonly ask: Ask;
  readonly borders: Borders;
  readonly families: readonly Family[];
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

type Packet = Omit<Probe, 'source' | 'destination'> & { readonly name: string };

const transports: readonly TransportName[] = ['TCP', 'UDP', 'SCTP'];

const rangeText = ({ first, last }: PortRange): string => (first === last ? String(first) : `${first}-${last}`);

const inRange = (protocol: TransportName, range: PortRange, { ports }: Borders): Packet[] => portPieces(range, ports).map((piece) => ({ protocol: protocolNumbers[protocol], port: piece.first, name: `${protocol}/${rangeText(piece)}` }));

const packetsOf = (port: PortPattern, { workload }: AssertedParty, family: Family, borders: Borders): Packet[] => {
  switch (port.kind) {
    case 'any':
      return transports.flatMap((protocol) => inRange(protocol, { first: 1, last: 65_535 }, borders));
    case 'range':
      return inRange(port.protocol, port.range, borders);
    case 'named':
      return (workload?.ports ?? []).filter(({ name, protocol }) => name === port.name && protocol === port.protocol).map(({ number }) => ({ protocol: protocolNumbers[port.protocol], port: number, name: `${port.protocol}/${number}` }));
    case 'icmp':
      return [{ protocol: icmpOf(family), icmp: { type: family === 4 ? 8 : 128, code: 0 }, name: family === 4 ? 'ICMP' : 'ICMPv6' }];
    default:
      return assertNever(port);
  }
};

interface Pair {
  readonly from: AssertedParty;
  readonly to: AssertedParty;
  readonly family: Family;
  readonly source: Address;
  readonly destination: Address;
}

const pairOf = (from: AssertedParty, to: AssertedParty, family: Family): Pair | undefined => {
  const isSelf = from.workload !== undefined && from.workload === to.workload;
  const isOutside = from.workload === undefined && to.workload === undefined;
  const source = from.addresses.find((address) => familyOf(address) === family);
  const destination = to.addresses.find((address) => familyOf(address) === family);
  return isSelf || isOutside || source === undefined || destination === undefined ? undefined : { from, to, family, source, destination };
};

/** One after the other: all pairs of a large cluster fit into no memory. */
function* pairsOf(from: readonly AssertedParty[], to: readonly AssertedParty[], families: readonly Family[]): Generator<Pair> {
  for (const one of from) {
    for (const other of to) {
      for (const family of families) {
        const pair = pairOf(one, other, family);
        if (pair !== undefined) yield pair;
      }
    }
  }
}

const because = ({ egress, ingress }: Answer, withClusters: boolean): string => {
  const sides = ([['egress', egress], ['ingress', ingress]] as const).flatMap(([side, decision]) => (decision === undefined ? [] : [{ verdict: decision.verdict, text: `${side}: ${why(decisionJson(decision, { withClusters }))}` }]));
  const denied = sides.filter(({ verdict }) => verdict !== 'allow');
  return (denied.length > 0 ? denied : sides).map(({ text }) => text).join('; ');
};

class Check {
  readonly examples: Counterexample[] = [];
  failures = 0;
  asked = 0;
  readonly #assertion: Assertion;
  readonly #context: AssertionContext;

  constructor(assertion: Assertion, context: AssertionContext) {
    this.#assertion = assertion;
    this.#context = context;
  }

  /** True: nothing more needs to be asked. */
  run(pair: Pair): boolean {
    const { wants, quantifier, port } = this.#assertion;
    const { borders, ask } = this.#context;
    const side = (address: Address, { workload }: AssertedParty): Probe['source'] => ({ address, ...(workload === undefined ? {} : { workload: workload.id }) });
    for (const { name, ...packet } of packetsOf(port, pair.to, pair.family, borders)) {
      this.asked++;
      const answer = ask({ source: side(pair.source, pair.from), destination: side(pair.destination, pair.to), ...packet });
      const isAsWanted = (answer.verdict === 'allow') === (wants === 'allow');
      if (isAsWanted && quantifier === 'some') return true;
      if (!isAsWanted) this.#note(pair, name, answer);
    }
    return false;
  }

  #note({ from, to }: Pair, port: string, answer: Answer): void {
    this.failures++;
    if (this.examples.length < shownCounterexamples) this.examples.push({ from: from.name, to: to.name, port, verdict: answer.verdict, because: because(answer, this.#context.worlds.size > 1) });
  }
}

const checkOne = (assertion: Assertion, context: AssertionContext): AssertionResult => {
  const { line, text, quantifier } = assertion;
  const { worlds, borders, families } = context;
  const [from, to] = [findParties(assertion.from, worlds, borders.addresses), findParties(assertion.to, worlds, borders.addresses)];
  const failed = (reason: string): AssertionResult => ({ line, text, passed: false, reason, counterexamples: [], failures: 0 });
  if (from.length === 0 || to.length === 0) return failed(`${from.length === 0 ? 'FROM' : 'TO'} means nobody in the input, so this says nothing: check its spelling`);
  const check = new Check(assertion, context);
  for (const pair of pairsOf(from, to, families)) if (check.run(pair)) return { line, text, passed: true, counterexamples: [], failures: 0 };
  if (check.asked === 0) return failed('there is no pair to ask about: the two are the same, have no address family in common, or the destination has no such port');
  return { line, text, passed: quantifier === 'every' && check.failures === 0, counterexamples: check.examples, failures: check.failures };
};

export const checkAssertions = (assertions: readonly Assertion[], context: AssertionContext): AssertionResult[] =>
  assertions.map((assertion, i) => {
    context.onProgress?.('assertions', i, assertions.length);
    return checkOne(assertion, context);
  });
