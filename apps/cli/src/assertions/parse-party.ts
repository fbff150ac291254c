/**
 * FROM and TO of an assertion.
 *
 * @module
 */
import { fail, ok, quoteForeign, type Result } from '@firsthop/base';
import { cidrRange, parseCidr, wholeFamily } from '@firsthop/netaddr';
import type { PartyPattern, Term } from './assertion.ts';

const forms = 'write namespace/name (with * as wildcard), vm:namespace/name, host:name, ns=shop,role=web, external, external(10.0.0.0/8) or any';

const wildcardName = /^[\w.*-]{1,253}$/;
const labelKey = /^[\w./-]{1,317}$/;
const labelValue = /^[\w.-]{0,63}$/;

const readExternal = (text: string): Result<PartyPattern, string> => {
  if (text === 'external') return ok({ kind: 'external', ranges: [wholeFamily(4), wholeFamily(6)] });
  if (!text.endsWith(')')) return fail(`the bracket is not closed: write external(10.0.0.0/8)`);
  const written = text.slice('external('.length, -1).split(',');
  const read = written.map(parseCidr);
  const bad = written.find((_, i) => read[i]?.ok !== true);
  if (bad !== undefined) return fail(`${quoteForeign(bad)} is no address range: write external(10.0.0.0/8) or external(10.0.0.0/8,fd00::/8)`);
  return ok({ kind: 'external', ranges: read.flatMap((one) => (one.ok ? [cidrRange(one.value)] : [])) });
};

const readTerm = (text: string): Term | undefined => {
  const { not = '', key = '', negated, value } = /^(?<not>!?)(?<key>[^=!]+)(?:(?<negated>!?)=(?<value>.*))?$/s.exec(text)?.groups ?? {};
  if (!labelKey.test(key) || (value !== undefined && (not !== '' || !labelValue.test(value)))) return undefined;
  if (value === undefined) return { key, operator: not === '' ? 'exists' : 'does not exist', value: '' };
  return { key, operator: negated === '!' ? 'is not' : 'is', value };
};

const readSelector = (text: string): Result<PartyPattern, string> => {
  const written = text.split(',');
  const terms = written.map(readTerm);
  const bad = written.find((_, i) => terms[i] === undefined);
  if (bad !== undefined) return fail(`${quoteForeign(bad)} is no condition on labels: write ns=shop,role=web,tier!=db,app or !app`);
  return ok({ kind: 'selector', terms: terms.filter((term) => term !== undefined) });
};

const readNamed = (text: string): Result<PartyPattern, string> => {
  const { cluster, rest = text } = /^cluster:(?<cluster>[^/]+)\/(?<rest>.*)$/s.exec(text)?.groups ?? {};
  const named = (workload: 'pod' | 'vm' | 'host', namespace: string, name: string): Result<PartyPattern, string> =>
    wildcardName.test(namespace) && wildcardName.test(name) ? ok({ kind: 'named', workload, namespace, name, ...(cluster === undefined ? {} : { cluster }) }) : fail(`${quoteForeign(text)} names nobody: ${forms}`);
  if (rest.startsWith('host:')) return named('host', '*', rest.slice('host:'.length));
  const isVm = rest.startsWith('vm:');
  const [namespace = '', name, ...more] = (isVm ? rest.slice('vm:'.length) : rest).split('/');
  return name === undefined || more.length > 0 ? fail(`${quoteForeign(text)} names nobody: ${forms}`) : named(isVm ? 'vm' : 'pod', namespace, name);
};

export const parseParty = (text: string): Result<PartyPattern, string> => {
  if (text === 'any') return ok({ kind: 'any' });
  if (text === 'external' || text.startsWith('external(')) return readExternal(text);
  return text.includes('=') || text.startsWith('!') || !/[/:*]/.test(text) ? readSelector(text) : readNamed(text);
};
