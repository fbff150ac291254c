import { describe, expect, it } from 'vitest';
import { type LoadedManifests, loadManifests } from './index.ts';

const services = `
{apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: {app: web}, ports: [{name: main, port: 80, targetPort: http}, {name: dns, port: 53, protocol: UDP}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}, ports: [{port: 8080}]}}
`;
const load = (text: string): LoadedManifests => loadManifests([{ file: 'a.yaml', text: `${services}\n---\n${text}` }]);
const read = (text: string): unknown => {
  const { clusters, errors, warnings } = load(text);
  return { backends: clusters.get('local')?.world.ingresses.flatMap(({ backends }) => backends.map(({ service, port }) => `${service}:${port ?? '*'}`)), errors, warnings: warnings.map(({ code, path }) => `${code} ${path}`) };
};
const ingress = (spec: string, apiVersion = 'networking.k8s.io/v1'): string => `apiVersion: ${apiVersion}\nkind: Ingress\nmetadata: {name: front, namespace: shop}\nspec: ${spec}`;
const route = (spec: string): string => `apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: front, namespace: shop}\nspec: ${spec}`;
const web = '{service: {name: web, port: {number: 80}}}';

describe('Ingress and Route', () => {
  it.each([
    { name: 'rules', text: ingress(`{rules: [{http: {paths: [{path: /, backend: ${web}}, {path: /a, backend: {service: {name: web, port: {name: main}}}}]}}]}`), backends: ['web:80', 'web:main'] },
    { name: 'the default backend', text: ingress(`{defaultBackend: ${web}}`), backends: ['web:80'] },
    { name: 'the form before v1', text: ingress('{backend: {serviceName: web, servicePort: main}, rules: [{http: {paths: [{backend: {serviceName: api, servicePort: 8080}}]}}]}', 'extensions/v1beta1'), backends: ['web:main', 'api:8080'] },
    { name: 'resources and rules without paths are passed over', text: ingress('{defaultBackend: {resource: {kind: Bucket, name: b}}, rules: [{host: x}]}'), backends: [] },
    { name: 'a Route to all ports', text: route('{to: {kind: Service, name: web}}'), backends: ['web:*'] },
    { name: 'a Route with alternatives', text: route('{to: {kind: Service, name: web}, alternateBackends: [{kind: Service, name: api}, {kind: Else, name: x}], port: {targetPort: http}}'), backends: ['web:http', 'api:http'], warnings: ['NOT_FOUND spec'] },
    { name: 'a Service that is not there', text: ingress('{defaultBackend: {service: {name: gone, port: {number: 1}}}}'), backends: ['gone:1'], warnings: ['NOT_FOUND spec'] },
    { name: 'a port that is UDP only', text: ingress('{defaultBackend: {service: {name: web, port: {number: 53}}}}'), backends: ['web:53'], warnings: ['NOT_FOUND spec'] },
    { name: 'a fault is a warning', text: ingress(`{defaultBackend: ${web}, rules: 7}`), backends: ['web:80'], warnings: ['TYPE spec.rules'] },
  ])('$name', ({ text, backends, warnings = [] }) => expect(read(text)).toEqual({ backends, errors: [], warnings }));
});

describe('what is no policy is read as leniently as Kubernetes does', () => {
  it.each([
    { name: 'values of a chart', text: 'replicaCount: 1\nimage: {tag: x}' },
    { name: 'a patch', text: '- {op: replace, path: /spec}' },
    { name: 'a kustomization', text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]' },
    { name: 'a kind that ends in List and is somebody else\'s', text: 'apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: x}\nspec: {}' },
  ])('$name is a warning', ({ text }) => expect(load(text)).toMatchObject({ errors: [], warnings: [{ code: 'UNKNOWN_KIND' }] }));

  it.each([
    { name: 'a generated name', text: '{apiVersion: v1, kind: Pod, metadata: {generateName: job-}}' },
    { name: 'empty lists as Go writes them', text: '{apiVersion: v1, kind: PodList, items: null}' },
    { name: 'a port without a name', text: '{apiVersion: v1, kind: Pod, metadata: {name: p, labels: null, annotations: null, ownerReferences: null}, spec: {containers: [{name: c, ports: [{name: "", containerPort: 80}], odd: [1]}], volumes: 7}}' },
  ])('$name is nothing to report', ({ text }) => expect(load(text)).toMatchObject({ errors: [], warnings: [] }));

  it('an object that lost its kind is an error all the same', () => expect(load('metadata: {name: x}\nspec: {podSelector: {}}').unread).toMatchObject([{ code: 'REQUIRED' }]));
});
