/**
 * Who decided: the class tables are asked what the kernel was asked. They are the same tables, so the answer is the kernel's.
 *
 * Asked on the moment, they may be of the next plan already; then the verdict differs from the one that the kernel logged, and nobody is named
 * rather than somebody else.
 *
 * @module
 */
import { type ClassTables, type Decision, type DecisionId, judge, judgeOnTrial } from '@firsthop/classifier';
import { type Address, isIcmp, isTransport } from '@firsthop/netaddr';
import type { PlanEndpoint } from '@firsthop/plan';

export interface AskedFlow {
  readonly from: Address;
  readonly to: Address;
  readonly protocol: number;
  /** As of `SeenPacket`. */
  readonly port?: number;
}

export class Attributor {
  #tables: ClassTables | undefined;
  #owners: ReadonlyMap<Address, PlanEndpoint> = new Map();

  /** What these tables say to the flow at its receiver (`ingress`) or sender (`egress`). Undefined: it is no endpoint of theirs, or its port is not known. */
  decide(tables: ClassTables, flow: AskedFlow, direction: 'ingress' | 'egress'): Decision | undefined {
    return this.#ask(tables, flow, direction, judge);
  }

  /** What they would say if all that is on trial were in force. Undefined: the same group says it, or nobody. */
  decideOnTrial(tables: ClassTables, flow: AskedFlow, direction: 'ingress' | 'egress'): Decision | undefined {
    return this.#ask(tables, flow, direction, judgeOnTrial);
  }

  #ask(tables: ClassTables, flow: AskedFlow, direction: 'ingress' | 'egress', ask: typeof judge): Decision | undefined {
    const [own, address] = direction === 'ingress' ? [flow.to, flow.from] : [flow.from, flow.to];
    const endpoint = this.endpointOf(tables, own);
    if (endpoint === undefined) return undefined;
    const hasPort = isIcmp(flow.protocol) || isTransport(flow.protocol);
    if (hasPort && flow.port === undefined) return undefined;
    const group = ask === judge ? endpoint.policyGroup : endpoint.trialGroup;
    if (group === undefined) return undefined;
    return ask(tables, { group, direction, address, protocol: flow.protocol, port: flow.port ?? 0 });
  }

  /** Whose address it is. */
  endpointOf(tables: ClassTables, address: Address): PlanEndpoint | undefined {
    return this.#ownersIn(tables).get(address);
  }

  /** Who gave this verdict. `named`: the kernel's own word, where it says one. */
  attribute(tables: ClassTables, logged: { readonly verdict: Decision['verdict']; readonly decision?: string }, flow: AskedFlow, direction: 'ingress' | 'egress'): Decision | undefined {
    const named = logged.decision === undefined ? this.decide(tables, flow, direction) : tables.decisions.get(logged.decision as DecisionId);
    return named?.verdict === logged.verdict ? named : undefined;
  }

  #ownersIn(tables: ClassTables): ReadonlyMap<Address, PlanEndpoint> {
    if (this.#tables === tables) return this.#owners;
    this.#tables = tables;
    this.#owners = new Map([...tables.endpoints.values()].flatMap((endpoint) => endpoint.addresses.map((address): [Address, PlanEndpoint] => [address, endpoint])));
    return this.#owners;
  }
}
