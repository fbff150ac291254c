/**
 * A headless Chromium with nothing of this machine's user in it, and files served to it from memory on loopback.
 *
 * @module
 */
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

/** As Debian installs it (tools/bootstrap/prepare.cjs). */
const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => existsSync(file));

export const hasChromium: boolean = program !== undefined;

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export interface Served {
  readonly type: 'text/html' | 'text/javascript';
  readonly body: string;
}

const serve = async (files: ReadonlyMap<string, Served>): Promise<{ readonly origin: string; readonly close: () => void }> => {
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': `${file?.type ?? 'text/html'}; charset=utf-8`, connection: 'close' }).end(file?.body ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
};

/** Opens `/`, asks, and leaves nothing behind. */
export const inPage = async <T>(files: ReadonlyMap<string, Served>, ask: (page: Page) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'firsthop-chromium-'));
  const { origin, close } = await serve(files);
  const context = await chromium.launchPersistentContext(folder, { ...(program === undefined ? {} : { executablePath: program }), args: flags });
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    return await ask(page);
  } finally {
    await context.close();
    close();
    rmSync(folder, { recursive: true, force: true });
  }
};
