/**
 * `lint`'s answer in every format. Pure.
 *
 * @module
 */
import type { Finding } from '@firsthop/analysis';
import { assertNever, compareKeys } from '@firsthop/base';
import { formatPath } from '@firsthop/manifest';
import { renderJunit } from './junit.ts';
import { sarifLog } from './sarif.ts';

export interface PlacedFinding extends Finding {
  readonly file: string;
  readonly line: number;
}

const ranks = ['error', 'warning', 'note'] as const;

export const sortFindings = (findings: readonly PlacedFinding[]): PlacedFinding[] =>
  [...findings].sort((a, b) => compareKeys([ranks.indexOf(a.severity), a.file, a.line, a.code, a.message], [ranks.indexOf(b.severity), b.file, b.line, b.code, b.message]));

const policyText = ({ policy: { kind, namespace, name } }: Finding): string => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
const placeText = ({ file, line, path }: PlacedFinding): string => `${file}:${line}${path.length === 0 ? '' : ` ${formatPath(path)}`}`;
const lineOf = (one: PlacedFinding): string => `${placeText(one)}: ${policyText(one)}: ${one.message} [${one.code}]`;

export const findingsJson = (findings: readonly PlacedFinding[]): object => ({
  findings: sortFindings(findings).map(({ code, severity, cluster, policy, file, line, path, message }) => ({ code, severity, cluster, policy, file, line, path: formatPath(path), message })),
});

const rules: Readonly<Record<Finding['code'], string>> = {
  INVALID: 'A rule or policy that is not valid, and is closed',
  SHADOWED: 'A rule that never decides, because an earlier one always does',
  UNUSED: 'A rule or policy that concerns nobody',
  CONTRADICTING: 'Rules that want opposite things of the same connections',
  OVER_PERMISSIVE: 'A rule that allows more than it seems to be for',
  REDUNDANT: 'A rule that changes nothing',
};

export const findingsSarif = (version: string, findings: readonly PlacedFinding[]): unknown =>
  sarifLog(
    version,
    Object.entries(rules).map(([id, text]) => ({ id, text })),
    sortFindings(findings).map((one) => ({ ruleId: one.code, level: one.severity, text: `${policyText(one)}: ${one.message}`, file: one.file, line: one.line })),
  );

const summary = (list: readonly PlacedFinding[]): string => ranks.map((rank) => `${list.filter(({ severity }) => severity === rank).length} ${rank}s`).join(', ');

/** A note is nothing to fail for. */
const junit = (list: readonly PlacedFinding[]): string =>
  renderJunit(
    'firsthop lint',
    list.length === 0
      ? [{ name: 'nothing found', className: 'firsthop.lint' }]
      : list.map((one) => ({ name: `${policyText(one)}${one.path.length === 0 ? '' : ` ${formatPath(one.path)}`}`, className: `firsthop.lint.${one.code}`, file: one.file, line: one.line, ...(one.severity === 'note' ? {} : { failure: { message: one.message, text: lineOf(one) } }) })),
  );

export const renderFindings = (format: 'table' | 'junit', findings: readonly PlacedFinding[]): string => {
  const list = sortFindings(findings);
  switch (format) {
    case 'table':
      return list.length === 0 ? 'Nothing found.' : `${list.map((one) => `${one.severity.padEnd(7)}  ${lineOf(one)}`).join('\n')}\n${summary(list)}`;
    case 'junit':
      return junit(list);
    default:
      return assertNever(format);
  }
};
