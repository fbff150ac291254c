/**
 * A Unix socket on which this node's owner may ask what is enforced and what the kernel has counted. Read only.
 *
 * @module
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';

/** Path to a function that answers it. */
export type ControlRoutes = Readonly<Record<string, () => Promise<unknown>>>;

export const serveControl = (path: string, routes: ControlRoutes): Promise<Server> => {
  rmSync(path, { force: true });
  const server = createServer((request, response) => {
    const route = Object.hasOwn(routes, request.url ?? '') ? routes[request.url ?? ''] : undefined;
    const answer = (code: number, body: unknown): void => void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (route === undefined) return answer(404, { error: `ask for ${Object.keys(routes).join(' or ')}` });
    route().then(
      (body) => answer(200, body),
      (error: unknown) => answer(500, { error: String(error) }),
    );
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
};
