/**
 * `stage: {of, action}`: the policy is a draft of an edit, or of the removal, of a live one.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { isDnsName } from './names.ts';
import { policyKey, type PolicyRef, type Stage } from './policy.ts';
import { describe, errorsOf, isAbsent, type Path, type Read, readChoice, readObject, refuse, unknownFields } from './reading.ts';

/** Of a policy of the same kind and namespace. */
const readOf = (raw: unknown, path: Path, ref: PolicyRef): Read<string> => {
  if (typeof raw !== 'string' || !isDnsName(raw)) return refuse(isAbsent(raw) ? 'REQUIRED' : 'NAME_INVALID', path, `the name of the live policy is expected here${isAbsent(raw) ? '' : `, not ${describe(raw)}`}`);
  return raw === ref.name ? refuse('UNKNOWN_VALUE', path, 'a draft has a name of its own, and stands beside what it is a draft of') : ok(policyKey({ ...ref, name: raw }));
};

/** `undefined`: it is no draft. */
export const readStage = (raw: unknown, ref: PolicyRef): Read<Stage | undefined> => {
  if (isAbsent(raw)) return ok(undefined);
  const path = ['spec', 'stage'];
  const object = readObject(raw, path, '{of, action}');
  if (!object.ok) return object;
  const unknown = unknownFields(object.value, ['of', 'action'], path);
  const of = readOf(object.value.get('of'), [...path, 'of'], ref);
  const action = readChoice(object.value.get('action'), [...path, 'action'], ['Replace', 'Delete']);
  if (unknown.length > 0 || !of.ok || !action.ok) return fail([...unknown, ...errorsOf(of), ...errorsOf(action)]);
  return ok({ of: of.value, action: action.value });
};
