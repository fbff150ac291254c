/**
 * An API server that behaves: lists in pages and watches over HTTP, of objects that a test puts there. Resources that were not declared are unknown to it.
 *
 * @module
 */
import { type Resource, resourceText } from '@firsthop/kube';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

interface Store {
  readonly objects: Map<string, Json>;
  readonly events: { readonly version: number; readonly text: string }[];
  readonly watchers: Set<ServerResponse>;
}

const pathOf = ({ group, version, plural }: Resource): string => (group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`);

export class LoopbackApiServer {
  readonly #stores = new Map<string, Store>();
  readonly #server: Server;
  #version = 1000;

  private constructor(resources: readonly Resource[]) {
    for (const resource of resources) this.#stores.set(pathOf(resource), { objects: new Map(), events: [], watchers: new Set() });
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://api');
      this.#answer(this.#stores.get(url.pathname), url.searchParams, response);
    });
  }

  static async start(resources: readonly Resource[]): Promise<LoopbackApiServer> {
    const made = new LoopbackApiServer(resources);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** As an API server stores it: with a version. `object.metadata.uid` says which one it is. */
  put(resource: Resource, object: Json): void {
    const metadata = object['metadata'] as Json;
    const store = this.#storeOf(resource);
    const uid = String(metadata['uid']);
    // Items of a list do not say what they are.
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
    const stored = { ...rest, metadata: { ...metadata, resourceVersion: String(++this.#version), managedFields: [{ manager: 'test' }] } };
    this.#tell(store, store.objects.has(uid) ? 'MODIFIED' : 'ADDED', stored);
    store.objects.set(uid, stored);
  }

  delete(resource: Resource, uid: string): void {
    const store = this.#storeOf(resource);
    const stored = store.objects.get(uid);
    if (stored === undefined) throw new Error(`no object ${uid}`);
    store.objects.delete(uid);
    this.#tell(store, 'DELETED', { ...stored, metadata: { ...(stored['metadata'] as Json), resourceVersion: String(++this.#version) } });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #storeOf(resource: Resource): Store {
    const store = this.#stores.get(pathOf(resource));
    if (store === undefined) throw new Error(`no resource ${resourceText(resource)}`);
    return store;
  }

  #tell(store: Store, type: string, object: Json): void {
    const text = `${JSON.stringify({ type, object })}\n`;
    store.events.push({ version: this.#version, text });
    for (const watcher of store.watchers) watcher.write(text);
  }

  #answer(store: Store | undefined, query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(store === undefined ? 404 : 200, { 'content-type': 'application/json' });
    if (store === undefined) return void response.end(JSON.stringify({ kind: 'Status', code: 404, message: 'the server could not find the requested resource' }));
    if (query.has('watch')) {
      response.flushHeaders();
      for (const { version, text } of store.events) if (version > Number(query.get('resourceVersion'))) response.write(text);
      store.watchers.add(response);
      return void response.on('close', () => store.watchers.delete(response));
    }
    const all = [...store.objects.values()];
    const [from, limit] = [Number(query.get('continue') ?? 0), Number(query.get('limit') ?? all.length)];
    const next = from + limit;
    response.end(JSON.stringify({ metadata: { resourceVersion: String(this.#version), ...(next < all.length ? { continue: String(next) } : {}) }, items: all.slice(from, next) }));
  }
}
