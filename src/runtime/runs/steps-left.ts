/** How many steps each stage of a run still has, by its steps or by its compute, whichever ends first. */
import { forwardFlopsPerToken, rlFlops, sftFlops } from '../../model/flops';
import type { RunEvent } from '../../training/events';
import { lastSftStep } from '../../training/progress';
import type { RunConfig } from '../../training/configuration/run-config';

/** Fed with each event; counts on SFT going to its last step. */
export class StepsLeft {
  readonly #config: RunConfig;
  readonly #flopsPerToken: number;
  /** FLOPs since the base; null where a run goes on and has not said it yet. */
  #compute: number | null;
  /** FLOPs of the RL steps that were seen. */
  #rl = { flops: 0, steps: 0 };

  constructor(config: RunConfig, { isFresh }: { isFresh: boolean }) {
    this.#config = config;
    this.#flopsPerToken = forwardFlopsPerToken(config.model);
    this.#compute = isFresh ? 0 : null;
  }

  observe(event: RunEvent): void {
    if (!('compute' in event)) return;
    if (event.type === 'rl-step' && this.#compute !== null) {
      const { flops, steps } = this.#rl;
      this.#rl = { flops: flops + event.compute - this.#compute, steps: steps + 1 };
    }
    this.#compute = event.compute;
  }

  /** Steps of SFT after `step`. */
  sft(step: number): number {
    return Math.min(lastSftStep(this.#config) - step, this.#affordable(0, this.#sftStep()));
  }

  /** Steps of RL after `step`, when SFT has `sftSteps` left. */
  rl(step: number, sftSteps: number): number {
    const before = sftSteps * this.#sftStep();
    return Math.min(this.#config.rl.steps - step, this.#affordable(before, this.#rlStep()));
  }

  #affordable(spent: number, perStep: number): number {
    const { computeBudget } = this.#config;
    if (computeBudget === null || this.#compute === null) return Infinity;
    return Math.ceil(Math.max(0, computeBudget - this.#compute - spent) / perStep);
  }

  #sftStep(): number {
    const { sft, model } = this.#config;
    return sftFlops(sft.batchSize * model.contextLength, this.#flopsPerToken);
  }

  /** As measured; before the first, as if every attempt were learned from. */
  #rlStep(): number {
    if (this.#rl.steps > 0) return this.#rl.flops / this.#rl.steps;
    const { rl, model } = this.#config;
    const tokens = rl.promptsPerStep * rl.groupSize * model.contextLength;
    const scored = rl.klCoefficient > 0 ? 2 * tokens : tokens;
    return rlFlops({ rollout: tokens, scored, trained: tokens }, this.#flopsPerToken);
  }
}
