import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { WatchEvent } from './api-server.ts';
import { HttpApiServer } from './http-api-server.ts';

const pods = { group: '', version: 'v1', plural: 'pods' };
const policies = { group: 'firsthop.dev', version: 'v1alpha1', plural: 'securitypolicies' };
const never = new AbortController().signal;

let server: Server | undefined;
let api: HttpApiServer | undefined;
afterEach(async () => {
  api?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
});

const asked: IncomingMessage[] = [];
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<HttpApiServer> => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return (api = new HttpApiServer({ url: new URL(`http://127.0.0.1:${port}/behind/`), options: () => Promise.resolve({ headers: { authorization: 'Bearer secret' } }) }));
};

const json = (response: ServerResponse, body: unknown, code = 200, headers: Readonly<Record<string, string>> = {}): void => {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const status = (code: number, message: string, details: object = {}) => ({ kind: 'Status', apiVersion: 'v1', code, message, details });

const events = async (from: HttpApiServer, signal = never): Promise<WatchEvent[]> => {
  const found: WatchEvent[] = [];
  for await (const event of from.watch(pods, { resourceVersion: '7', timeoutSeconds: 60, signal })) found.push(event);
  return found;
};

describe('HttpApiServer', () => {
  it('lists page by page, as the server continues', async () => {
    const it = await serve((_, response) => json(response, { metadata: { resourceVersion: '9', continue: 'there' }, items: [{ metadata: { name: 'a' } }] }));
    expect(await it.list(pods, { limit: 2, signal: never })).toEqual({ items: [{ metadata: { name: 'a' } }], resourceVersion: '9', continue: 'there' });
    await it.list(policies, { limit: 2, continue: 'there', headsOnly: true, signal: never });
    expect(asked.map(({ url }) => url)).toEqual(['/behind/api/v1/pods?limit=2', '/behind/apis/firsthop.dev/v1alpha1/securitypolicies?limit=2&continue=there']);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(asked[1]?.headers.accept).toContain('PartialObjectMetadataList');
  });

  it('takes null for an empty list, as Go writes one', async () => {
    const it = await serve((_, response) => json(response, { metadata: { resourceVersion: '9' }, items: null }));
    expect(await it.list(pods, { signal: never })).toEqual({ items: [], resourceVersion: '9', continue: undefined });
  });

  it.each([
    ['a refusal in the words of the server', (response: ServerResponse) => json(response, status(403, 'pods is forbidden'), 403), { code: 403, message: 'pods is forbidden' }],
    ['what a proxy says', (response: ServerResponse) => response.writeHead(502).end('<html>'), { code: 502, message: 'the API server answered 502' }],
    ['when to come back', (response: ServerResponse) => json(response, status(429, 'slow down'), 429, { 'retry-after': '3' }), { code: 429, retryAfterMs: 3000 }],
    ['when to come back, in the details', (response: ServerResponse) => json(response, status(504, 'Too large resource version: 9, current: 3', { retryAfterSeconds: 1 }), 504), { code: 504, retryAfterMs: 1000, isAhead: true }],
    ['what is no list', (response: ServerResponse) => json(response, { items: 'none' }), { code: 0, message: 'no list of pods.v1 came from the API server' }],
    ['what is no JSON', (response: ServerResponse) => response.writeHead(200).end('{'), { code: 0, message: 'what came from the API server is no JSON' }],
    ['a connection that breaks', (response: ServerResponse) => response.destroy(), { code: 0 }],
  ])('says %s', async (_, answer, fault) => {
    const it = await serve((_request, response) => void answer(response));
    await expect(it.list(pods, { signal: never })).rejects.toMatchObject({ name: 'ApiFault', ...fault });
  });

  it('watches until the server ends', async () => {
    const it = await serve((_, response) => {
      response.writeHead(200);
      const text = ['{"type":"ADDED","object":{"metadata":{"name":"ä"}}}', '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"12"}}}', '{"type":"DELETED","object":{}}', ''].join('\n');
      // In the middle of a letter.
      const bytes = Buffer.from(text);
      const cut = bytes.indexOf(0xc3) + 1;
      response.write(bytes.subarray(0, cut));
      setTimeout(() => response.end(bytes.subarray(cut)), 20);
    });
    expect(await events(it)).toEqual([{ type: 'ADDED', object: { metadata: { name: 'ä' } } }, { type: 'BOOKMARK', resourceVersion: '12' }, { type: 'DELETED', object: {} }]);
    expect(asked[0]?.url).toBe('/behind/api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=60');
  });

  it.each([
    ['forgets', status(410, 'too old resource version: 7 (12)'), { code: 410, isGone: true }],
    ['fails', status(500, 'etcd is away'), { code: 500, message: 'etcd is away' }],
    ['says nonsense', 'no status', { code: 0 }],
  ])('says that the server %s in the middle of a watch', async (_, object, fault) => {
    const it = await serve((_request, response) => response.writeHead(200).end(`${JSON.stringify({ type: 'ERROR', object })}\n`));
    await expect(events(it)).rejects.toMatchObject({ name: 'ApiFault', ...fault });
  });

  it('lets go of a silent server with the reason that was given', async () => {
    const it = await serve((_, response) => response.writeHead(200).flushHeaders());
    const stop = new AbortController();
    const watching = events(it, stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(watching).rejects.toThrow('enough');
    const listing = it.list(pods, { signal: AbortSignal.timeout(50) });
    await expect(listing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
