/** Analyses studies while cells come in, a branch point at a time, so that the worker can listen. */
import { StudyAnalyst, type StudyAnalysis } from '../../figures';
import type { StudyResults } from '../../studies/study-results';
import { nextTask } from '../next-task';

/** Milliseconds between two analyses on the way: each is drawn. */
const TELL_EVERY = 800;

interface Study {
  readonly analyst: StudyAnalyst;
  /** Counts the analyses: one that is not the newest any more ends. */
  newest: number;
}

export class StudyDesk {
  readonly #studies = new Map<string, Study>();

  /** null where a newer analysis of the same study has begun or it was forgotten. */
  async analyse(
    name: string,
    results: StudyResults,
    tell: (analysis: StudyAnalysis) => void,
  ): Promise<StudyAnalysis | null> {
    const study = this.#studies.get(name) ?? { analyst: new StudyAnalyst(), newest: 0 };
    this.#studies.set(name, study);
    study.newest += 1;
    const own = study.newest;
    let toldAt = -Infinity;
    const steps = study.analyst.steps(results);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (performance.now() - toldAt >= TELL_EVERY) {
        tell(step.value);
        toldAt = performance.now();
      }
      await nextTask();
      if (study.newest !== own || this.#studies.get(name) !== study) return null;
    }
  }

  forget(name: string): void {
    this.#studies.delete(name);
  }
}
