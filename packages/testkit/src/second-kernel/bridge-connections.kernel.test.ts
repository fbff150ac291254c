/**
 * Law: where somebody tracks connections on the bridge itself, machines of one bridge are judged as ever: what has begun is judged again with each change of policy,
 * and pieces of packets as the whole.
 */
import { Stream, StreamListener, type StreamPlace } from '@firsthop/lab';
import { chainEncoding, type NftState, registerEncoding } from '@firsthop/ruleset';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { GuardedGround } from '../guards/guarded-ground.ts';
import { cuttings } from '../guards/threats.ts';
import { kernelCan } from './kernel-abilities.ts';

const [OPEN, CLOSED] = [80, 81];
const PATIENCE_MS = 5000;
const SILENCE_MS = 1000;
const ground = new GuardedGround(`6${process.pid.toString(16).padStart(3, '0').slice(-3)}`);
const place = (name: string): StreamPlace => ({ scope: ground.scope, namespace: ground.namespaceOf(name), protocol: 'TCP' });
/** As other systems do it: what has begun goes on, at every hook of the bridge. */
const stranger = `table bridge stranger {\n${['prerouting', 'forward', 'postrouting'].map((hook) => `chain ${hook} {\ntype filter hook ${hook} priority 0; policy accept;\nct state established,related counter accept\n}`).join('\n')}\n}`;

/** Broken variant: whoever takes what has begun for good. */
const trusting = (state: NftState): NftState => {
  const inet = state.get('inet');
  if (inet === undefined) throw new Error('there is a table');
  const chains = ['h_pre', 'h_fwd'].map((name): [string, { readonly base?: string; readonly rules: readonly string[] }] => [name, { ...inet.chains.get(name), rules: ['ct state established accept', ...(inet.chains.get(name)?.rules ?? [])] }]);
  return new Map([...state, ['inet', { ...inet, chains: new Map([...inet.chains, ...chains]) }]]);
};

describe.runIf(kernelCan('connections of bridges'))('connections of a bridge', () => {
  beforeAll(async () => {
    await ground.build();
    ground.nft(stranger);
  });
  afterAll(() => ground.remove());

  describe.each([chainEncoding, registerEncoding()])('in $name', (encoding) => {
    describe.each([0, 1] as const)('family %i', (family) => {
      let listener: StreamListener;
      beforeAll(() => void (listener = new StreamListener(place('w'), ground.addressOf('w', family), OPEN)));
      afterAll(() => listener.close());

      /** Whether what `v` says is heard by `w` once its port is closed to it. */
      const goesOn = async (alter: (state: NftState) => NftState): Promise<boolean> => {
        await ground.realize(alter(ground.closedAt(CLOSED, encoding)));
        const near = await Stream.connect(place('v'), { source: ground.addressOf('v', family), destination: ground.addressOf('w', family), port: OPEN }, PATIENCE_MS);
        const far = await Stream.accepted(listener, PATIENCE_MS);
        if (near === undefined || far === undefined) throw new Error('there is no conversation');
        try {
          near.say('before');
          expect(await far.hears(PATIENCE_MS)).toBe('before');
          await ground.realize(alter(ground.closedAt(OPEN, encoding)));
          near.say('behind');
          return (await far.hears(SILENCE_MS)) !== undefined;
        } finally {
          for (const one of [near, far]) one.close();
        }
      };

      it('what has begun is judged again', async () => {
        expect(await goesOn((state) => state)).toBe(false);
        expect(await goesOn(trusting), 'trusting what has begun').toBe(true);
        // The stranger did look, and did not decide for us.
        expect(ground.list('table', 'bridge', 'stranger')).toMatch(/packets [1-9]/);
      });
    });
  });

  it.each(cuttings.filter(({ from }) => from === 'v'))('$name', async ({ from, at, frames, isTiny }) => {
    await ground.realize(ground.whole);
    const arrives = async (port: number, patience: number): Promise<boolean> => {
      const mark = randomBytes(16);
      const there = ground.frames(at);
      for (const frame of frames(ground, mark, port)) ground.frames(from).send(frame);
      return there.sees(mark, patience);
    };
    expect([await arrives(OPEN, isTiny ? SILENCE_MS : PATIENCE_MS), await arrives(CLOSED, SILENCE_MS)]).toEqual([!isTiny, false]);
  });
});
