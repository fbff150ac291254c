/** What the tools of this host make of rules that nft has no words for. */
import { type Expression, NfTables, register, verdictRegister, withinScratchNamespace } from '@firsthop/netlink';
import { readlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toolFault, whyNotRegisters } from './probe-registers.ts';

const here = (): string => readlinkSync('/proc/thread-self/ns/net');

it('they survive ours, and we are back where we were', () => {
  const before = here();
  expect(whyNotRegisters()).toBeUndefined();
  expect(here()).toBe(before);
});

it('a ruleset that nft refuses is no reason to believe in it', () => {
  expect(whyNotRegisters([['add chain inet nowhere c']])).toMatch(/^nft refuses our tables: .*No such file or directory/);
});

/** A map of addresses to numbers writes into the key of another; `isCovered`: behind a constant, so that nft does not look at it. */
const rule = (isCovered: boolean): readonly Expression[] => [
  { name: 'payload', values: { dreg: register(12), base: 1, offset: 12, length: 4 } },
  ...(isCovered ? [{ name: 'immediate' as const, values: { dreg: register(0), data: { value: Buffer.alloc(16) } } }] : []),
  { name: 'lookup', values: { set: 'classes', sreg: register(12), dreg: register(isCovered ? 1 : 0) } },
  { name: 'meta', values: { dreg: register(isCovered ? 2 : 1), key: 16 } },
  { name: 'lookup', values: { set: 'cells', sreg: register(0), dreg: verdictRegister } },
];

it.each([
  { name: 'the naive order ends nft, and is found out', isCovered: false, says: /nft .*list ruleset ends with (?:SIGABRT|134)/ },
  { name: 'the same with the key begun by a constant does not', isCovered: true, says: /^undefined$/ },
])('$name', ({ isCovered, says }) => {
  const fault = withinScratchNamespace(() => {
    const nft = new NfTables();
    try {
      const [table, address, protocol] = ['probe', 7, 12];
      nft.change('inet', (batch) => {
        batch.addTable({ name: table }).addChain({ table, name: 'c' });
        batch.addSet({ table, name: 'classes', flags: 8, keyType: address, keyLength: 4, dataType: address, dataLength: 4, id: 1 });
        batch.addSet({ table, name: 'cells', flags: 8, keyType: isCovered ? (((address << 6) | address) << 6) | protocol : (address << 6) | protocol, keyLength: isCovered ? 12 : 8, dataType: 0xffff_ff00, dataLength: 4, id: 2 });
        batch.addRule({ table, chain: 'c', expressions: rule(isCovered) });
      });
      return toolFault();
    } finally {
      nft.close();
    }
  });
  expect(String(fault)).toMatch(says);
});
