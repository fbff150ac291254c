/**
 * Staged policies: what would be, beside what is. Each part of a staged policy stands for the same part of the live one:
 *   both there     replaces it, in the preview, be it in another tier
 *   new            a policy that only watches
 *   gone           deletes it, in the preview
 *
 * @module
 */
import { type ForeignRecord, isAbsent, type Notebook } from '../notebook.ts';
import type { Origin } from '../origin.ts';
import { isSilent, type Part, partName } from '../own-policy.ts';

export type StagedAction = 'Set' | 'Delete' | 'Learn' | 'Ignore';

const actions: readonly StagedAction[] = ['Set', 'Delete', 'Learn', 'Ignore'];

export const readStagedAction = (object: ForeignRecord, book: Notebook): StagedAction => {
  const raw = book.object(object.get('spec'), ['spec'])?.get('stagedAction');
  if (isAbsent(raw) || raw === '') return 'Set';
  const action = book.choice(raw, ['spec', 'stagedAction'], actions) ?? 'Ignore';
  if (action === 'Learn' || action === 'Ignore') book.note(['spec', 'stagedAction'], `${action} decides nothing and previews nothing, so it is left out`);
  return action;
};

const stagedLabel = (label: string): string => (label === '' ? 'staged' : `staged-${label}`);

const replace = (part: Part, live: Part | undefined): Part => ({
  ...part,
  label: stagedLabel(part.label),
  key: [...part.key, 'staged'],
  extra: live === undefined ? { mode: 'Monitor' } : { stage: { of: partName(live), action: 'Replace' } },
});

const remove = (live: Part, origin: Origin): Part => ({ ...live, origin, label: stagedLabel(live.label), key: [...live.key, 'staged'], extra: { stage: { of: partName(live), action: 'Delete' } } });

export interface StagedPolicy {
  readonly origin: Origin;
  readonly action: StagedAction;
  readonly parts: readonly Part[];
  /** Of the live policy of the same name; empty if there is none. */
  readonly live: readonly Part[];
}

export const stageParts = ({ origin, action, parts, live: all }: StagedPolicy, book: Notebook): readonly Part[] => {
  const live = all.filter((part) => !isSilent(part));
  const find = (list: readonly Part[], { label }: Part): Part | undefined => list.find((other) => other.label === label);
  switch (action) {
    case 'Set': {
      const wanted = parts.filter((part) => !isSilent(part));
      return [...wanted.map((part) => replace(part, find(live, part))), ...live.filter((part) => find(wanted, part) === undefined).map((part) => remove(part, origin))];
    }
    case 'Delete':
      if (live.length === 0) book.note(['spec', 'stagedAction'], 'there is no policy of this name here that it could delete');
      return live.map((part) => remove(part, origin));
    case 'Learn':
    case 'Ignore':
      return [];
  }
};
