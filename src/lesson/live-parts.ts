/** The live parts of the chapters, by name: each trains or measures a model and tells what happens. */
import { ceiling } from './parts/ceiling';
import { guess } from './parts/guess';
import { imitate } from './parts/imitate';
import { phases } from './parts/phases';
import { reward } from './parts/reward';
import { rivals } from './parts/rivals';
import { branches } from './parts/switch';

export const LIVE_PARTS = { guess, imitate, phases, reward, branches, ceiling, rivals } as const;

export type LivePartName = keyof typeof LIVE_PARTS;

type LivePart<Name extends LivePartName> = (typeof LIVE_PARTS)[Name];

/** What a live part is asked for. */
export type LiveSettings<Name extends LivePartName> = Parameters<LivePart<Name>>[1];

/** What a live part tells while it runs. */
export type LiveNews<Name extends LivePartName> =
  ReturnType<LivePart<Name>> extends AsyncGenerator<infer News> ? News : never;
