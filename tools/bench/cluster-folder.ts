import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterObjects, type ClusterShape } from './cluster-objects.ts';

type KubernetesObject = ReturnType<typeof clusterObjects>[number];

/** As a Kubernetes list a file, of a size that people have. */
const perFile = 5_000;

export const writeObjects = (folder: string, objects: readonly KubernetesObject[]): void => {
  for (let at = 0; at < objects.length; at += perFile) writeFileSync(join(folder, `objects-${at / perFile}.json`), JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects.slice(at, at + perFile) }));
};

/** A line of JSON each. */
export const writeEvents = (folder: string, events: Iterable<object>): void => {
  const file = join(folder, 'events.jsonl');
  writeFileSync(file, '');
  for (const event of events) appendFileSync(file, `${JSON.stringify(event)}\n`);
};

/** Hands out a folder with the cluster in it, and takes it away afterwards. */
export const withCluster = <T>(shape: ClusterShape, change: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[], use: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-bench-'));
  try {
    writeObjects(folder, change(clusterObjects(shape)));
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
