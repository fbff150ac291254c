import { expect, it } from 'vitest';
import { archiveOf } from './cpio.ts';
import { moduleOrder } from './module-order.ts';

it('a module comes behind all that it needs, once', () => {
  const text = 'kernel/a/top.ko: kernel/a/mid-one.ko kernel/a/low.ko\nkernel/a/mid-one.ko: kernel/a/low.ko\nkernel/a/low.ko:\nkernel/a/other.ko: kernel/a/low.ko\n';
  expect(moduleOrder(text, ['top', 'other', 'mid_one', 'built_in'])).toEqual(['kernel/a/low.ko', 'kernel/a/mid-one.ko', 'kernel/a/top.ko', 'kernel/a/other.ko']);
});

it('an archive is read again, field by field', () => {
  const bytes = archiveOf([{ path: 'bin' }, { path: 'bin/one', bytes: Buffer.from('hello') }]);
  const read: { path: string; mode: number; text: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = (i: number): number => Number.parseInt(bytes.toString('latin1', at + 6 + 8 * i, at + 14 + 8 * i), 16);
    expect(bytes.toString('latin1', at, at + 6)).toBe('070701');
    const [mode, size, nameLength] = [field(1), field(6), field(11)];
    const start = at + Math.ceil((110 + nameLength - (at % 4)) / 4) * 4;
    read.push({ path: bytes.toString('latin1', at + 110, at + 109 + nameLength), mode, text: bytes.toString('latin1', start, start + size) });
    at = Math.ceil((start + size) / 4) * 4;
  }
  expect(read).toEqual([{ path: 'bin', mode: 0o40755, text: '' }, { path: 'bin/one', mode: 0o100755, text: 'hello' }, { path: 'TRAILER!!!', mode: 0, text: '' }]);
});
