/** What chapter 3 draws: the losses of SFT, the sub-phases within the chosen bands, the rule's switch. */
import { bands, phasesConfig, type PhaseNews } from '../../../lesson/parts/phases';
import { replayPolicy, type LossPoint } from '../../../theory';
import type { ChartSpec } from '../../charts/chart-spec';
import { countAxis } from '../../charts/count-axis';
import { drawSwitch, lossChart, SWITCH_BELOW } from '../../run/run-charts';
import { Measurements, type PhaseSpan } from '../../run/measurements';

/** Where the paper's rule turns to RL, had it watched. */
interface RuleSwitch {
  readonly at: LossPoint;
  /** False where SFT ended before it said so. */
  readonly triggered: boolean;
}

export class PhasesPicture {
  readonly #measurements = new Measurements(phasesConfig({ seed: 0 }));
  #events = 0;

  clear(): void {
    this.#measurements.takeLog(0, []);
    this.#events = 0;
  }

  /** Placed by its step, not by its compute: in this chapter nothing is compared at equal compute. */
  hear(news: PhaseNews): void {
    const event = { ...news, compute: news.step };
    this.#measurements.takeLog(this.#events, [{ seconds: 0, event }]);
    this.#events += 1;
  }

  /** The sub-phases, with all evaluations known. @param within in percent */
  spans(within: number): readonly PhaseSpan[] {
    return this.#measurements.labelledPhases(bands(within));
  }

  /** null before the first evaluation. */
  switchOf(within: number): RuleSwitch | null {
    const { validation } = this.#measurements;
    if (validation.length === 0) return null;
    return replayPolicy(validation, { phase: 'stable' }, bands(within));
  }

  /** The lowest validation loss and the last one; null before the first. */
  get losses(): { readonly lowest: LossPoint; readonly last: LossPoint } | null {
    const { minimum, validation } = this.#measurements;
    const last = validation.at(-1);
    return minimum && last ? { lowest: minimum, last } : null;
  }

  /** @param within the band as it is when the chart is drawn, in percent */
  chart(within: () => number): ChartSpec {
    const ruleAt = (): number | null => {
      const rule = this.switchOf(within());
      return rule?.triggered ? rule.at.compute : null;
    };
    const chart = lossChart(this.#measurements, () => this.spans(within()), ruleAt);
    return {
      ...chart,
      height: 320,
      axis: countAxis('SFT step'),
      over: (ink) => {
        chart.over?.(ink);
        const at = ruleAt();
        if (at === null) return;
        drawSwitch(ink, at, 'the rule switches', ink.box.top + ink.px(SWITCH_BELOW));
      },
    };
  }
}
