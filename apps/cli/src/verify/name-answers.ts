/**
 * What DNS is to answer, as it stands beside the probes: `{"answers": {"api.example.com": ["203.0.113.7"]}}`.
 *
 * @module
 */
import { quoteForeign, readRecord } from '@firsthop/base';
import { type Address, parseAddress } from '@firsthop/netaddr';
import type { NameAnswers } from '@firsthop/policy';
import { type ProbeFault, probeFault } from './probe-fault.ts';

const nameForm = /^(?=.{1,253}$)[a-z\d_](?:[a-z\d_-]{0,62})(?:\.[a-z\d_][a-z\d_-]{0,62})*$/;

export interface ReadAnswers {
  readonly names: NameAnswers;
  readonly faults: readonly ProbeFault[];
}

/** Names are compared without regard to case and without the root's dot. */
export const readAnswers = (raw: unknown): ReadAnswers => {
  const names = new Map<string, readonly Address[]>();
  const faults: ProbeFault[] = [];
  const record = raw === undefined ? new Map<string, unknown>() : readRecord(raw);
  if (record === undefined) faults.push(probeFault('TYPE', ['answers'], '{"name": ["address", …]} is expected here').error);
  for (const [written, list] of record ?? []) {
    const name = written.toLowerCase().replace(/\.$/, '');
    const read = Array.isArray(list) ? list.map((one: unknown) => (typeof one === 'string' ? parseAddress(one) : undefined)) : [undefined];
    const addresses = read.flatMap((one) => (one?.ok === true ? [one.value] : []));
    if (!nameForm.test(name)) faults.push(probeFault('UNKNOWN_VALUE', ['answers', written], `${quoteForeign(written)} is no name of DNS`).error);
    else if (addresses.length < read.length) faults.push(probeFault('ADDRESS_INVALID', ['answers', written], 'a list of IP addresses is expected here').error);
    else names.set(name, addresses);
  }
  return { names, faults };
};
