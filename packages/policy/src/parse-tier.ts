/**
 * Tier (firsthop.dev/v1alpha1): its order decides whether it stands before NetworkPolicy or after it.
 *
 * @module
 */
import { fail, ok } from '@firsthop/base';
import { isDnsLabel } from './names.ts';
import { readIdentity } from './object-identity.ts';
import { type ForeignRecord, errorsOf, isAbsent, type Read, readChoice, readInteger, readObject, refuse, unknownFields } from './reading.ts';
import { builtInTiers, type Tier } from './tier.ts';

const greatestOrder = 1_000_000_000;

const readOrder = (raw: unknown): Read<number> => {
  const path = ['spec', 'order'];
  const order = readInteger(raw, path, [0, greatestOrder], isAbsent(raw) ? 'REQUIRED' : 'TIER_ORDER');
  if (!order.ok || order.value < 1000 || order.value > 10_000) return order;
  return refuse('TIER_ORDER', path, `${order.value} is reserved: below 1000 is before NetworkPolicy, above 10000 after it`);
};

const readName = (object: ForeignRecord): Read<string> => {
  const identity = readIdentity(object);
  if (!identity.ok) return identity;
  const { name } = identity.value;
  if (!isDnsLabel(name)) return refuse('NAME_INVALID', ['metadata', 'name'], 'the name of a tier is at most 63 of a-z, 0-9, "-"');
  return builtInTiers.some((tier) => tier.name === name) ? refuse('DUPLICATE', ['metadata', 'name'], `${name} is built in and cannot be changed`) : ok(name);
};

const orElse = <T extends string>(raw: unknown, path: readonly string[], choices: readonly T[], absent: T): Read<T> => (isAbsent(raw) ? ok(absent) : readChoice(raw, path, choices));

/** An invalid tier is absent; what then becomes of its policies is said in tier-standing.ts. */
export const parseTier = (object: ForeignRecord): Read<Tier> => {
  const name = readName(object);
  const spec = readObject(object.get('spec'), ['spec'], '{order, defaultAction, namespaced}');
  if (!spec.ok) return fail([...errorsOf(name), ...spec.error]);
  const unknown = [...unknownFields(object, ['apiVersion', 'kind', 'metadata', 'spec', 'status'], []), ...unknownFields(spec.value, ['order', 'defaultAction', 'namespaced'], ['spec'])];
  const order = readOrder(spec.value.get('order'));
  const defaultAction = orElse(spec.value.get('defaultAction'), ['spec', 'defaultAction'], ['Continue', 'Drop'], 'Continue');
  const namespaced = orElse(spec.value.get('namespaced'), ['spec', 'namespaced'], ['Forbidden', 'Allowed'], 'Forbidden');
  if (unknown.length > 0 || !name.ok || !order.ok || !defaultAction.ok || !namespaced.ok) return fail([unknown, ...[name, order, defaultAction, namespaced].map(errorsOf)].flat());
  return ok({ name: name.value, order: order.value, defaultAction: defaultAction.value, namespaced: namespaced.value });
};
