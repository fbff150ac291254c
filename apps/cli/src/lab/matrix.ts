/**
 * Who can talk to whom: every workload to every other, on every port that anybody in the lab names. Pure but for the
 * observation that is handed in.
 *
 * @module
 */
import { compareText } from '@firsthop/base';
import type { Workload } from '@firsthop/inventory';
import { protocolNumbers } from '@firsthop/netaddr';
import { evaluate, type Policy, type Probe, type Worlds } from '@firsthop/policy';

export interface MatrixRow {
  readonly workload: Workload;
  readonly label: string;
}

export interface Cell {
  readonly from: number;
  readonly to: number;
  readonly probe: Probe;
  readonly port: number;
}

export interface Matrix {
  readonly rows: readonly MatrixRow[];
  readonly ports: readonly number[];
  readonly cells: readonly Cell[];
}

const labelOf = ({ cluster, kind, namespace, name }: Workload): string => `${cluster} ${kind === 'vm' ? 'vm:' : ''}${namespace}/${name}`;

const namedIn = (policies: readonly Policy[]): number[] =>
  policies.flatMap(({ ingress, egress }) =>
    [...(ingress ?? []), ...(egress ?? [])].flatMap(({ ports }) => (ports.kind === 'set' ? ports.ports.flatMap((port) => (port.kind === 'range' && port.protocol === 'TCP' && port.range.first === port.range.last ? [port.range.first] : [])) : [])),
  );

/** TCP, IPv4, every declared port and every port that a policy names. */
export const planMatrix = (worlds: Worlds): Matrix => {
  const all = [...worlds.values()];
  const workloads = all.flatMap((world) => world.workloads).filter(({ kind, hostNetwork, endpoints }) => kind !== 'host' && !hostNetwork && endpoints.some(({ addresses }) => typeof addresses[0] === 'number'));
  const rows = workloads.sort((a, b) => compareText(a.id, b.id)).map((workload): MatrixRow => ({ workload, label: labelOf(workload) }));
  const ports = [...new Set([...workloads.flatMap((workload) => workload.ports.filter(({ protocol }) => protocol === 'TCP').map(({ number }) => number)), ...all.flatMap(({ policies }) => namedIn(policies))])].sort((a, b) => a - b);
  const cells = rows.flatMap((from, i) => rows.flatMap((to, j) => (i === j ? [] : ports.map((port): Cell => ({ from: i, to: j, port, probe: probeOf(from, to, port) })))));
  return { rows, ports, cells };
};

const probeOf = (from: MatrixRow, to: MatrixRow, port: number): Probe => ({ source: sideOf(from), destination: sideOf(to), protocol: protocolNumbers.TCP, port });

const sideOf = ({ workload }: MatrixRow): Probe['source'] => {
  const address = workload.endpoints.flatMap(({ addresses }) => addresses).find((one) => typeof one === 'number');
  if (address === undefined) throw new Error(`${workload.name} has no IPv4 address`);
  return { address, workload: workload.id };
};

export interface Disagreement {
  readonly cell: Cell;
  readonly observed: string;
  readonly expected: string;
}

export const compareMatrix = ({ cells }: Matrix, observed: readonly (string | undefined)[], worlds: Worlds): Disagreement[] =>
  cells.flatMap((cell, i) => {
    const expected = evaluate(worlds, cell.probe).verdict;
    const seen = observed[i] ?? 'not observed';
    return seen === expected ? [] : [{ cell, observed: seen, expected }];
  });

/** A table of the ports that are open from the row to the column. */
export const renderMatrix = ({ rows, ports, cells }: Matrix, observed: readonly (string | undefined)[]): string => {
  const open = rows.map(() => rows.map((): number[] => []));
  for (const [i, { from, to, port }] of cells.entries()) if (observed[i] === 'allow') open[from]?.[to]?.push(port);
  const text = (from: number, to: number): string => {
    if (from === to) return '-';
    const list = open[from]?.[to] ?? [];
    return list.length === 0 ? '.' : list.length === ports.length ? 'all' : list.join(',');
  };
  const widths = rows.map((_, to) => Math.max(String(to + 1).length, ...rows.map((__, from) => text(from, to).length)));
  const labels = rows.map(({ label }, i) => `${String(i + 1).padStart(2)} ${label}`);
  const left = Math.max(...labels.map(({ length }) => length));
  const line = (head: string, row: readonly string[]): string => `${head.padEnd(left)}  ${row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')}`;
  return [line('from \\ to', rows.map((_, i) => String(i + 1))), ...labels.map((label, from) => line(label, rows.map((_, to) => text(from, to))))].join('\n');
};
