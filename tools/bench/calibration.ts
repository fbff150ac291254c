import { createHash } from 'node:crypto';

/**
 * A fixed piece of work, never to be changed: 200 times SHA-256 over 1 MiB, and a million Map operations. Its time tells machines (and
 * noisy hours of one machine) apart, so that results of different runs can be compared.
 */
export const calibrate = (): number => {
  const started = performance.now();
  const block = Buffer.alloc(1 << 20, 7);
  for (let i = 0; i < 200; i++) createHash('sha256').update(block).digest();
  const map = new Map<number, number>();
  for (let i = 0; i < 1_000_000; i++) map.set(i % 50_000, (map.get((i * 7) % 50_000) ?? 0) + 1);
  return performance.now() - started;
};
