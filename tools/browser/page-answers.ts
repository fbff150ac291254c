/** What the page of the browser test runs beside the engine. */
import type { Worlds } from '@firsthop/policy';
import { type Answers, answers, type Asked } from './answers.ts';
import { decodePlain } from './plain.ts';

export const answersIn = (engine: Asked, text: string, drop: boolean): Answers => answers(engine, decodePlain(text) as Worlds, drop);
