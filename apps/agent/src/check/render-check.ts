/**
 * What a check found, for people. Pure.
 *
 * @module
 */
import type { Comparison } from './compare-states.ts';

export type CheckReport =
  | ({ readonly result: 'equal' | 'different'; /** Of the plan on disk. */ readonly revision: string; readonly encoding: string } & Comparison)
  | { readonly result: 'failed'; readonly error: string };

const SHOWN = 10;

export const renderCheck = (report: CheckReport): string => {
  if (report.result === 'failed') return `the check failed: ${report.error}`;
  const { revision, desired, actual, differences } = report;
  const plan = `plan ${revision.slice(0, 12)}`;
  if (report.result === 'equal') return `the kernel is equal to ${plan} on disk: ${actual}`;
  const shown = differences.slice(0, SHOWN).map(({ where, what }) => `  ${where}: ${what}`);
  const more = differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more`] : [];
  return [`the kernel differs from ${plan} on disk: it holds ${actual}, should hold ${desired}`, ...shown, ...more].join('\n');
};
