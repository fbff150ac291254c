/**
 * The part of Pods, workload templates, virtual machines, nodes and services that is read; everything else is passed over.
 *
 * @module
 */
import { z } from 'zod';

const word = z.string().min(1).max(253);
const Labels = z.unknown();

const Port = z.object({ name: z.string().max(63).optional(), containerPort: z.int().min(1).max(65_535), protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP') });
const Container = z.object({ ports: z.array(Port).max(1000).nullish() });
const PodSpec = z.object({
  nodeName: z.string().max(253).optional(),
  hostNetwork: z.boolean().default(false),
  serviceAccountName: z.string().max(253).optional(),
  containers: z.array(Container).max(100).nullish(),
  initContainers: z.array(Container.extend({ restartPolicy: z.string().optional() })).max(100).nullish(),
});
export type PodSpec = z.infer<typeof PodSpec>;

export const PodShape = z.object({
  metadata: z.object({ uid: z.string().min(1).max(128).optional(), labels: Labels, ownerReferences: z.array(z.object({ kind: word, name: word, controller: z.boolean().optional() })).max(20).nullish() }),
  spec: PodSpec.default({ hostNetwork: false }),
  status: z.object({ phase: z.string().max(32).optional(), podIP: z.string().max(64).optional(), podIPs: z.array(z.object({ ip: z.string().max(64) })).max(16).nullish() }).nullish(),
});

const Template = z.object({ metadata: z.object({ labels: Labels }).nullish(), spec: PodSpec.default({ hostNetwork: false }) });
export const TemplateShape = z.object({ spec: z.object({ replicas: z.int().min(0).nullish(), template: Template }) });
export const CronJobShape = z.object({ spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: Template }) }) }) });

export const MachineShape = z.object({
  metadata: z.object({ uid: z.string().min(1).max(128).optional(), labels: Labels }),
  spec: z.strictObject({
    host: z.string().max(253).optional(),
    interfaces: z
      .array(
        z.strictObject({
          name: word,
          mac: z.string().regex(/^[\da-f]{2}(?::[\da-f]{2}){5}$/i, 'a MAC address such as 52:54:00:12:34:56').optional(),
          addresses: z.array(z.string().max(64)).max(64).optional(),
          allowedAddresses: z.array(z.string().max(64)).max(64).optional(),
          device: z.string().min(1).max(15).optional(),
        }),
      )
      .min(1)
      .max(16),
  }),
});

export const NodeShape = z.object({
  metadata: z.object({ labels: Labels }),
  status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string().max(253) })).max(64).nullish() }).nullish(),
});

const servicePort = z.object({ name: z.string().max(63).optional(), protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'), port: z.int().min(1).max(65_535), targetPort: z.union([z.int().min(1).max(65_535), z.string().min(1).max(63)]).optional() });
export const ServiceShape = z.object({ spec: z.object({ selector: Labels, ports: z.array(servicePort).max(1000).nullish() }) });

export const NamespaceShape = z.object({ metadata: z.object({ labels: Labels, annotations: z.record(z.string(), z.string()).nullish() }) });

export const PeerShape = z.object({
  metadata: z.object({ name: word }),
  spec: z.strictObject({
    clusterId: word.optional(),
    address: z.string().max(300).optional(),
    addresses: z.array(z.string().max(64)).max(1000).default([]),
    export: z.strictObject({ namespaceSelector: z.unknown(), podSelector: z.unknown() }).optional(),
  }),
});
