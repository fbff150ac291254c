import { expect, it } from 'vitest';
import { idleMappings } from './idle-mappings.ts';

const mapping = (head: string, values: Readonly<Record<string, number>> = {}): string => `${head}\n${Object.entries({ Size: 64, Rss: 64, Private_Clean: 64, Private_Dirty: 0, Anonymous: 0, ...values }).map(([name, kilobytes]) => `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB`).join('\n')}\nVmFlags: rd mr mw me`;

it.each([
  { name: 'the code of a program', text: mapping('00b72000-00b82000 r-xp 00772000 fe:00 247580                             /usr/bin/node'), found: 1 },
  { name: 'what it only reads', text: mapping('02601000-02611000 r--p 02201000 fe:00 247580                             /usr/bin/node'), found: 1 },
  { name: 'what the loader wrote before it was closed', text: mapping('02601000-02611000 r--p 02201000 fe:00 247580                             /usr/bin/node', { Anonymous: 4, Private_Dirty: 4 }), found: 0 },
  { name: 'written, and not in memory any more', text: mapping('02601000-02611000 r--p 02201000 fe:00 247580                             /usr/bin/node', { Swap: 4 }), found: 0 },
  { name: 'variables', text: mapping('0563a000-0564a000 rw-p 05239000 fe:00 247580                             /usr/bin/node'), found: 0 },
  { name: 'a file that several write', text: mapping('0563a000-0564a000 r--s 05239000 fe:00 247580                             /run/shared'), found: 0 },
  { name: 'a heap', text: mapping('41a92000-42e8b000 rw-p 00000000 00:00 0                                  [heap]'), found: 0 },
  { name: 'memory of no file', text: mapping('41a92000-42e8b000 r-xp 00000000 00:00 0 '), found: 0 },
])('$name: $found', ({ text, found }) => {
  const around = mapping('7f0000000000-7f0000010000 rw-p 00000000 00:00 0 ', { Anonymous: 64 });
  expect(idleMappings(`${around}\n${text}\n${around}\n`)).toHaveLength(found);
});

it('says where', () => expect(idleMappings(mapping('00b72000-00b82000 r-xp 00772000 fe:00 247580                             /usr/bin/node'))).toEqual([{ start: 0xb72000, length: 0x10000 }]));
