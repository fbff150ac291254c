import { expect, it } from 'vitest';
import { isSecondKernel, kernelAbilities, kernelCan } from './kernel-abilities.ts';

it('what is tried and impossible is seen to be', () => expect(kernelAbilities.filter((ability) => typeof kernelCan(ability) !== 'boolean')).toEqual([]));

it.runIf(isSecondKernel)('the second kernel lacks nothing that tests are skipped for', () => expect(kernelAbilities.filter((ability) => !kernelCan(ability))).toEqual([]));
