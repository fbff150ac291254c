/**
 * What the loader gathers of one cluster, and how it reports what it cannot take.
 *
 * @module
 */
import type { ClusterPeer, Namespace, Node, Service, Workload } from '@firsthop/inventory';
import type { Policy, Tier } from '@firsthop/policy';
import type { z } from 'zod';
import type { ManifestDocument, ManifestError, Path } from './documents.ts';

/** A workload whose interfaces without addresses get some at the end. */
export interface WorkloadDraft {
  readonly workload: Workload;
  readonly needsAddresses: boolean;
}

export interface ClusterDraft {
  readonly cluster: string;
  readonly workloads: Map<string, WorkloadDraft>;
  readonly namespaces: Map<string, Namespace>;
  readonly nodes: Map<string, Node>;
  readonly services: Map<string, Service>;
  readonly peers: Map<string, ClusterPeer>;
  readonly policies: Map<string, { readonly policy: Policy; readonly document: ManifestDocument }>;
  readonly tiers: Map<string, Tier>;
}

export const emptyDraft = (cluster: string): ClusterDraft => ({ cluster, workloads: new Map(), namespaces: new Map(), nodes: new Map(), services: new Map(), peers: new Map(), policies: new Map(), tiers: new Map() });

/** Something wrong in one object, before it has a file and a line. */
export interface Fault {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
}

export const placed = ({ file, lineOf }: ManifestDocument, { code, path, message }: Fault): ManifestError => ({ file, line: lineOf(path), path, code, message });

export const shapeFaults = (error: z.ZodError): Fault[] => error.issues.slice(0, 10).map(({ path, message }) => ({ code: 'TYPE', path: path.map((step) => (typeof step === 'number' ? step : String(step))), message }));
