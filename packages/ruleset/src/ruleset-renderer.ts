/**
 * The same as `renderRuleset`, for tables that follow each other: where nothing but the classes of some addresses changed, the work is that of
 * these addresses, and it is known which elements are others.
 *
 * Law: its state is that of `renderRuleset`, and its changes lead from the state before to it.
 *
 * @module
 */
import type { ClassTable, ClassTables } from '@firsthop/classifier';
import type { Address } from '@firsthop/netaddr';
import type { EndpointBinding, PlanEndpoint } from '@firsthop/plan';
import { chainEncoding } from './chains/chain-encoding.ts';
import type { OwnElements } from './elements/elements.ts';
import type { ElementChange, Encoding } from './encoding.ts';
import type { Direction } from './names.ts';
import type { NftState } from './nft-state.ts';
import { renderRuleset, type RulesetInput } from './render-ruleset.ts';

export interface Rendered {
  /** The maps in it are of this renderer, and change with the next call. */
  readonly state: NftState;
  /** All that is other than at the call before. Undefined: it may be anything. */
  readonly changes: readonly ElementChange[] | undefined;
}

const directions: readonly Direction[] = ['ingress', 'egress'];

const sameJson = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a, plain) === JSON.stringify(b, plain);
const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);

const sameMap = <K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>, same: (a: V, b: V) => boolean): boolean => {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !same(value, other)) return false;
  }
  return true;
};
const sameKeys = <K>(a: ReadonlyMap<K, unknown>, b: ReadonlyMap<K, unknown>): boolean => a.size === b.size && [...a.keys()].every((key) => b.has(key));

const sameTable = (a: ClassTable, b: ClassTable): boolean => sameMap(a.rows, b.rows, (one, other) => one === other);
/** A plan keeps the objects that did not change. */
const sameEndpoint = (a: PlanEndpoint, b: PlanEndpoint): boolean => sameJson(a, b);

const sameVia = (a: EndpointBinding['via'], b: EndpointBinding['via']): boolean => (a.kind === 'routed' ? b.kind === 'routed' && a.device === b.device : b.kind === 'bridged' && a.bridge === b.bridge && a.port === b.port);
const sameBindings = (a: readonly EndpointBinding[], b: readonly EndpointBinding[]): boolean => a.length === b.length && a.every(({ endpoint, via }, i) => endpoint === b[i]?.endpoint && sameVia(via, b[i].via));

/** Whether the two make the same ruleset but for elements of single addresses. Rows and decisions are named by their content. */
const sameStructure = (a: RulesetInput, b: RulesetInput): boolean =>
  a.tables.ranges === b.tables.ranges &&
  sameMap(a.tables.groups, b.tables.groups, (one, other) => directions.every((direction) => sameTable(one[direction], other[direction]))) &&
  sameKeys(a.tables.rows, b.tables.rows) &&
  sameMap(a.tables.decisions, b.tables.decisions, (one, other) => one.verdict === other.verdict && one.log === other.log) &&
  sameMap(a.tables.endpoints, b.tables.endpoints, sameEndpoint) &&
  sameBindings(a.bindings, b.bindings) &&
  sameJson(a.host, b.host);

interface Held {
  readonly input: RulesetInput;
  readonly state: NftState;
  /** Those of `state`, to be changed. */
  readonly maps: ReadonlyMap<string, OwnElements>;
}

/** Copies what it is going to change: what was rendered is nobody's but this renderer's. */
const held = (input: RulesetInput, encoding: Encoding): Held => {
  const state = renderRuleset(input, encoding);
  const maps = new Map([...(state.get('inet')?.maps ?? [])].map(([name, { elements }]) => [name, elements as OwnElements]));
  return { input, state, maps };
};

export class RulesetRenderer {
  readonly #encoding: Encoding;
  #held: Held | undefined;

  constructor(encoding: Encoding = chainEncoding) {
    this.#encoding = encoding;
  }

  render(input: RulesetInput): Rendered {
    const before = this.#held;
    const moved = before === undefined ? undefined : movedSince(before.input.tables, input.tables);
    const changes = before === undefined || moved === undefined || !sameStructure(before.input, input) ? undefined : this.#encoding.moved(input.tables, moved, before.maps);
    if (before === undefined || changes === undefined) {
      this.#held = held(input, this.#encoding);
      return { state: this.#held.state, changes: undefined };
    }
    for (const { map, key, now } of changes) {
      const elements = before.maps.get(map);
      if (now === undefined) elements?.delete(key);
      else elements?.set(key, now);
    }
    this.#held = { ...before, input };
    return { state: before.state, changes };
  }
}

const movedSince = (was: ClassTables, is: ClassTables): ReadonlySet<Address> | undefined => (was.lineage !== undefined && is.lineage?.since === was.lineage.version ? is.lineage.moved : undefined);
