import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogEvent, ResumableLog } from './resumable-log.ts';

const fold = (state: Map<string, number>, event: LogEvent<number>): void => {
  if (event.whole) state.clear();
  for (const key of event.gone) state.delete(key);
  for (const [key, value] of event.values) state.set(key, value);
};

type Act = { readonly put: string; readonly value: number | undefined } | 'read' | 'leave' | 'restart';
const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ put: fc.constantFrom('a', 'b', 'c', '__proto__'), value: fc.option(fc.nat(3), { nil: undefined }) }) },
  { weight: 3, arbitrary: fc.constant('read' as const) },
  { weight: 1, arbitrary: fc.constant('leave' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
);

const check = async (acts: readonly Act[], remembered: number): Promise<void> => {
  let epoch = 0;
  let log = new ResumableLog<number>(`e${epoch}`, Object.is, remembered);
  const state = new Map<string, number>();
  let last: string | undefined;
  let reader: AsyncGenerator<LogEvent<number>> | undefined;
  const read = async (): Promise<void> => {
    reader ??= log.follow(last, new AbortController().signal);
    const { value } = await reader.next();
    fold(state, value as LogEvent<number>);
    last = (value as LogEvent<number>).id;
  };
  for (const step of [...acts, 'leave' as const, 'read' as const]) {
    if (step === 'leave') reader = undefined;
    else if (step === 'restart') {
      const values = log.values();
      log = new ResumableLog<number>(`e${++epoch}`, Object.is, remembered);
      log.replaceAll(values);
      reader = undefined;
    } else if (step !== 'read') log.put(step.put, step.value);
    else if (last === undefined || reader === undefined || last !== `e${epoch}:${log.revision}`) await read();
  }
  expect(state).toEqual(new Map(log.values()));
};

describe('a reader that joins, leaves, resumes and survives restarts holds the current values', () => {
  it.each([{ remembered: 1 }, { remembered: 3 }, { remembered: 100 }])('with $remembered changes remembered', async ({ remembered }) => {
    await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 40 }), (acts) => check(acts, remembered)), { numRuns: 400 });
  });
});
