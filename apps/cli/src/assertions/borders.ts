/**
 * Where verdicts may change: every port and every address range that the input writes down. Between two of them nothing can, so asking
 * once in each gap is asking about all of it.
 *
 * @module
 */
import { type AddressRange, cidrRange, type Cidr, type PortRange } from '@firsthop/netaddr';
import type { NameAnswers, Worlds } from '@firsthop/policy';

export interface Borders {
  /** Ascending; each begins a range of ports that are treated alike. */
  readonly ports: readonly number[];
  readonly addresses: readonly AddressRange[];
}

const isCidr = (value: object): value is Cidr => 'base' in value && 'length' in value && typeof value.length === 'number' && (typeof value.base === 'number' || typeof value.base === 'bigint');
const isPortRange = (value: object): value is PortRange => 'first' in value && 'last' in value && typeof value.first === 'number' && typeof value.last === 'number';

/** Every kind of rule and peer keeps them in these two forms, so a new kind needs nothing here. */
class Collected {
  readonly ports = new Set<number>([1]);
  readonly addresses = new Map<string, AddressRange>();

  visit(value: unknown): void {
    if (typeof value !== 'object' || value === null || value instanceof Map) return;
    if (Array.isArray(value)) return value.forEach((item) => this.visit(item));
    if (isCidr(value)) this.addresses.set(`${value.base}/${value.length}/${typeof value.base}`, cidrRange(value));
    else if (isPortRange(value)) this.addPorts(value.first, value.last);
    else for (const member of Object.values(value)) this.visit(member);
  }

  addPorts(first: number, last: number): void {
    this.ports.add(first);
    this.ports.add(last + 1);
  }
}

export const bordersOf = (worlds: Worlds, names: NameAnswers = new Map()): Borders => {
  const found = new Collected();
  for (const { policies, groups, workloads } of worlds.values()) {
    found.visit(policies);
    found.visit(groups);
    for (const { ports } of workloads) for (const { number } of ports) found.addPorts(number, number);
  }
  for (const address of [...names.values()].flat()) found.addresses.set(String(address), { first: address, last: address });
  return { ports: [...found.ports].filter((port) => port >= 1 && port <= 65_535).sort((a, b) => a - b), addresses: [...found.addresses.values()] };
};

/** The ranges of one treatment that `range` is made of. */
export const portPieces = ({ first, last }: PortRange, borders: readonly number[]): PortRange[] => {
  const starts = [first, ...borders.filter((port) => port > first && port <= last)];
  return starts.map((start, i) => ({ first: start, last: (starts[i + 1] ?? last + 1) - 1 }));
};
