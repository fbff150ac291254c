/**
 * One ground's scenarios in the kernel, one after the other: replaces the policy, sends everything at once, and tells where the kernel and the
 * reference evaluator disagree, in the verdict and in the decisions that its counters name.
 *
 * Silence is asked again, with more patience, before it is believed; what was heard is believed at once.
 *
 * @module
 */
import type { Observation } from '@firsthop/lab';
import { evaluate, type Evaluation } from '@firsthop/policy';
import type { Encoding } from '@firsthop/ruleset';
import { answers } from '../random-world.ts';
import { type Alter, enforcedState, meaningOf } from './enforced-state.ts';
import { type Inquiry, inquiryText, isRefusalHeard, probeOf } from './inquiry.ts';
import type { Scenario } from './scenario.ts';
import type { StandingGround } from './standing-ground.ts';
import { slowness } from '../second-kernel/kernel-abilities.ts';

type Verdict = Observation['verdict'];

export interface Disagreement {
  readonly about: 'verdict' | 'attribution';
  /** For people. */
  readonly text: string;
}

export interface Report {
  readonly disagreements: readonly Disagreement[];
  readonly verdicts: readonly Verdict[];
  readonly milliseconds: number;
}

interface Asked {
  readonly inquiry: Inquiry;
  readonly expected: Evaluation;
}

/** Answers come within two or three; a machine under load is slower, and then it is asked again. */
const PATIENCE_MS = 40 * slowness;
const MORE_PATIENCE_MS = 600 * slowness;

/** As far as it can be heard. */
const audible = (inquiry: Inquiry, verdict: Verdict): Verdict => (verdict === 'reject' && !isRefusalHeard(inquiry) ? 'drop' : verdict);

export class Trial {
  readonly #ground: StandingGround;
  readonly #encoding: Encoding;
  /** Packets by decision at the end of the last scenario: a decision that stays in the kernel goes on counting. */
  #counted: ReadonlyMap<string, number> = new Map();

  constructor(ground: StandingGround, encoding: Encoding) {
    this.#ground = ground;
    this.#encoding = encoding;
  }

  async run({ name, world, inquiries }: Scenario, alter: Alter = (tables) => tables): Promise<Report> {
    const begin = performance.now();
    const worlds = new Map([[world.cluster, world]]);
    const asked = inquiries.map((inquiry): Asked => ({ inquiry, expected: evaluate(worlds, probeOf(inquiry), { names: answers }) }));
    const { state, meanings } = enforcedState(world, this.#ground.topology, this.#encoding, alter);
    const done = await this.#ground.dataplane.realize(state);
    if ('error' in done) throw new Error(`${name}: ${done.error}`);
    const { disagreements, verdicts } = await this.#compare(asked, meanings);
    return { disagreements: disagreements.map(({ about, text }) => ({ about, text: `${name}: ${text}` })), verdicts, milliseconds: performance.now() - begin };
  }

  async #compare(asked: readonly Asked[], meanings: ReadonlyMap<string, string>): Promise<Pick<Report, 'disagreements' | 'verdicts'>> {
    const first = await this.#send(asked, PATIENCE_MS);
    const doubtful = asked.filter((one, i) => first[i] === 'drop' && audible(one.inquiry, one.expected.verdict) !== 'drop');
    const again = await this.#send(doubtful, MORE_PATIENCE_MS);
    const verdicts = asked.map((one, i) => again[doubtful.indexOf(one)] ?? first[i] ?? 'drop');
    const wrong = asked.flatMap(({ inquiry, expected }, i): Disagreement[] => {
      const is = audible(inquiry, verdicts[i] ?? 'drop');
      return is === audible(inquiry, expected.verdict) ? [] : [{ about: 'verdict', text: `${inquiryText(inquiry)}: ${is} in the kernel, by the evaluator ${JSON.stringify(expected)}` }];
    });
    return { disagreements: [...wrong, ...(await this.#miscounted(asked, meanings))], verdicts };
  }

  async #send(asked: readonly Asked[], patience: number): Promise<Verdict[]> {
    const seen = await Promise.all(asked.map(({ inquiry }) => this.#ground.send(inquiry, patience)));
    return seen.map(({ verdict }) => verdict);
  }

  /** Decisions that counted packets and should not have, and the other way round. */
  async #miscounted(asked: readonly Asked[], meanings: ReadonlyMap<string, string>): Promise<Disagreement[]> {
    const counters = new Map([...(await this.#ground.dataplane.counters())].map(([id, { packets }]) => [id, packets]));
    const hit = new Set([...counters].flatMap(([id, packets]) => (packets > (this.#counted.get(id) ?? 0) ? (meanings.get(id) ?? []) : [])));
    this.#counted = counters;
    const due = new Set(asked.flatMap(({ expected }) => decisionsOf(expected)));
    // Such a refusal is a packet to its sender that belongs to no connection: the sender's policy judges it, and counts.
    const isStray = asked.some(({ inquiry, expected }) => expected.verdict === 'reject' && !isRefusalHeard(inquiry));
    const texts = [...(isStray ? [] : without(hit, due)).map((text) => `counted though nobody asked for it: ${text}`), ...without(due, hit).map((text) => `did not count: ${text}`)];
    return texts.map((text): Disagreement => ({ about: 'attribution', text }));
  }
}

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): string[] => [...some].filter((one) => !others.has(one));

/** What a packet meets on its way: the destination judges what the source lets go. */
const decisionsOf = ({ egress, ingress }: Evaluation): string[] => {
  const met = [egress === undefined ? undefined : meaningOf('egress', egress), ingress === undefined || (egress !== undefined && egress.verdict !== 'allow') ? undefined : meaningOf('ingress', ingress)];
  return met.filter((one) => one !== undefined);
};
