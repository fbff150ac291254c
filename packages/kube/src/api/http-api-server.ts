/**
 * An API server over HTTP.
 *
 * Connections are probed by the kernel (TCP keep-alive): where a peer vanished without a word, that ends a watch within half a minute.
 *
 * @module
 */
import { readRecord } from '@firsthop/base';
import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent, request, type RequestOptions } from 'node:https';
import { ApiFault, type ApiServer, type ListPage, type ListQuery, type Resource, resourceText, type WatchEvent, type WatchQuery } from './api-server.ts';
import { jsonLines } from './json-lines.ts';

/** How to get in. `options`: TLS and headers of the next request; asked each time, because tokens are replaced. */
export interface ApiAccess {
  readonly url: URL;
  readonly options: () => Promise<Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'headers' | 'rejectUnauthorized' | 'servername'>>;
}

/** Until an answer is there, and between two pieces of a list. */
const PATIENCE_MS = 60_000;
const PROBE_AFTER_MS = 10_000;
/** etcd takes no object of more than 1.5 MB. */
const LONGEST_EVENT = 16 * 1024 * 1024;
const LONGEST_LIST = 512 * 1024 * 1024;

const pathOf = ({ group, version, plural }: Resource): string => (group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`);
const headsOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

export class HttpApiServer implements ApiServer {
  readonly #access: ApiAccess;
  readonly #agent: Agent | PlainAgent;

  constructor(access: ApiAccess) {
    this.#access = access;
    const settings = { keepAlive: true, keepAliveMsecs: PROBE_AFTER_MS };
    this.#agent = access.url.protocol === 'http:' ? new PlainAgent(settings) : new Agent(settings);
  }

  async list(resource: Resource, query: ListQuery): Promise<ListPage> {
    const { limit, signal } = query;
    const parameters = new URLSearchParams();
    if (limit !== undefined) parameters.set('limit', String(limit));
    if (query.continue !== undefined) parameters.set('continue', query.continue);
    return this.#orReason(signal, async () => {
      const answer = await this.#get(`${pathOf(resource)}?${parameters}`, { accept: query.headsOnly === true ? headsOnly : 'application/json', signal });
      answer.setTimeout(PATIENCE_MS, () => answer.destroy(new ApiFault(0, 'the API server stopped in the middle of a list')));
      const body = readRecord(jsonOf(await bytesOf(answer, LONGEST_LIST)));
      const metadata = readRecord(body?.get('metadata'));
      const [items, resourceVersion, next] = [body?.get('items'), metadata?.get('resourceVersion'), metadata?.get('continue')];
      if (!(Array.isArray(items) || items === null) || typeof resourceVersion !== 'string') throw new ApiFault(0, `no list of ${resourceText(resource)} came from the API server`);
      return { items: items ?? [], resourceVersion, continue: typeof next === 'string' && next !== '' ? next : undefined };
    });
  }

  async *watch(resource: Resource, { resourceVersion, timeoutSeconds, signal }: WatchQuery): AsyncGenerator<WatchEvent> {
    const parameters = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds: String(timeoutSeconds) });
    let answer: IncomingMessage | undefined;
    try {
      answer = await this.#get(`${pathOf(resource)}?${parameters}`, { accept: 'application/json', signal });
      for await (const line of jsonLines(answer as AsyncIterable<Uint8Array>, LONGEST_EVENT)) yield eventOf(line);
    } catch (error) {
      signal.throwIfAborted();
      throw faultOf(error);
    } finally {
      answer?.destroy();
    }
  }

  /** Lets go of connections that nobody uses. */
  close(): void {
    this.#agent.destroy();
  }

  async #orReason<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      signal.throwIfAborted();
      throw faultOf(error);
    }
  }

  /** An answer of 200; everything else rejects. */
  async #get(path: string, { accept, signal }: { readonly accept: string; readonly signal: AbortSignal }): Promise<IncomingMessage> {
    const { url, options } = this.#access;
    const { headers, ...tls } = await options();
    const base = url.pathname.replace(/\/$/, '');
    const settings: RequestOptions = { ...tls, host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? undefined : url.port, path: base + path, headers: { ...headers, accept, 'user-agent': 'firsthop' }, agent: this.#agent, signal };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = (url.protocol === 'http:' ? plainRequest : request)(settings, resolve);
      asked.on('error', reject);
      asked.on('socket', (socket) => socket.setKeepAlive(true, PROBE_AFTER_MS));
      const patience = setTimeout(() => asked.destroy(new ApiFault(0, 'the API server does not answer')), PATIENCE_MS);
      asked.on('close', () => clearTimeout(patience));
      asked.on('response', () => clearTimeout(patience));
      asked.end();
    });
    if (answer.statusCode === 200) return answer;
    const body = await bytesOf(answer, 1024 * 1024).catch(() => Buffer.alloc(0));
    throw refusal(answer.statusCode ?? 0, body, answer.headers['retry-after']);
  }
}

const bytesOf = async (answer: IncomingMessage, most: number): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    length += piece.byteLength;
    if (length > most) throw new ApiFault(0, `an answer of more than ${most} bytes came from the API server`);
  }
  return Buffer.concat(pieces);
};

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ApiFault(0, 'what came from the API server is no JSON');
  }
};

const faultOf = (error: unknown): ApiFault => (error instanceof ApiFault ? error : new ApiFault(0, error instanceof Error ? error.message : String(error)));

/** A `Status` in words, where the server sent one. */
const refusal = (code: number, body: Buffer, retryAfter: string | undefined): ApiFault => {
  let status: unknown;
  try {
    status = JSON.parse(body.toString('utf8'));
  } catch {
    // Proxies write their own.
  }
  const seconds = Number(retryAfter);
  return statusFault(status, code, Number.isFinite(seconds) ? seconds : undefined);
};

const statusFault = (raw: unknown, code: number, retryAfterSeconds?: number): ApiFault => {
  const status = readRecord(raw);
  const [written, message] = [status?.get('code'), status?.get('message')];
  const asked = readRecord(status?.get('details'))?.get('retryAfterSeconds');
  const seconds = retryAfterSeconds ?? (typeof asked === 'number' ? asked : undefined);
  return new ApiFault(typeof written === 'number' ? written : code, typeof message === 'string' && message !== '' ? message : `the API server answered ${code}`, seconds === undefined ? undefined : seconds * 1000);
};

const eventOf = (line: unknown): WatchEvent => {
  const event = readRecord(line);
  const [type, object] = [event?.get('type'), event?.get('object')];
  if (type === 'ERROR') throw statusFault(object, 0);
  if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') return { type, object };
  const resourceVersion = readRecord(readRecord(object)?.get('metadata'))?.get('resourceVersion');
  if (type === 'BOOKMARK' && typeof resourceVersion === 'string') return { type, resourceVersion };
  throw new ApiFault(0, 'an event of an unknown kind came from the API server');
};
