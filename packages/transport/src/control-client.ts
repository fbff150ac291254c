import { request } from 'node:http';

const PATIENCE_MS = 5000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Asks a process of ours on its Unix socket; rejects with plain words when nobody answers. */
export const askControl = (socketPath: string, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const call = request({ socketPath, path, timeout: PATIENCE_MS }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > MOST_BYTES) call.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => (response.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${socketPath}${path}: ${text}`))));
    });
    call.on('timeout', () => call.destroy(new Error(`${socketPath} does not answer`)));
    call.on('error', reject);
    call.end();
  });
