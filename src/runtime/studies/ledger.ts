/** Enters what jobs found into the table and keeps it, in the order in which it came. */
import { failureOf } from '../../errors';
import type { Failure } from '../../schema/pieces';
import { branchesToKeep } from '../../studies/branching';
import type { CellPlan, SftRunPlan } from '../../studies/plan';
import { afterTurn, withoutTurn } from '../../studies/further-rl';
import type { JobReason } from '../../studies/missing-reasons';
import { cellResult, sftRunResult, type CellEnding } from '../../studies/results';
import type { CellResult, MissingCell } from '../../studies/study-results';
import { levelCount } from '../../tasks';
import type { StudyKeeper } from '../stores/studies';
import type { JobNews, JobOutcome } from './api';
import type { JobTable } from './job-table';

export class Ledger {
  readonly #table: JobTable;
  readonly #keeper: StudyKeeper;
  readonly #onLost: (why: Failure) => void;
  /** The last of a job's writes, each of which waits for the one before. */
  readonly #writes = new Map<string, Promise<void>>();

  /** @param onLost called when something could not be kept */
  constructor(table: JobTable, keeper: StudyKeeper, onLost: (why: Failure) => void) {
    this.#table = table;
    this.#keeper = keeper;
    this.#onLost = onLost;
  }

  /** Keeps the engine of a job in progress, its branch points and its checkpoints. */
  keepOnTheWay(id: string, news: Exclude<JobNews, { type: 'progress' | 'score' }>): void {
    const before = this.#writes.get(id) ?? Promise.resolve();
    this.#writes.set(
      id,
      before.then(() => this.#keep(() => this.#save(id, news))),
    );
  }

  #save(id: string, news: Exclude<JobNews, { type: 'progress' | 'score' }>): Promise<void> {
    switch (news.type) {
      case 'engine':
        return this.#keeper.saveEngine(news.description);
      case 'point':
        return this.#keeper.savePoint(id, news.point);
      case 'checkpoint': {
        const { checkpoint, seconds } = news;
        return this.#keeper.saveCheckpoint(id, { checkpoint, seconds });
      }
      default:
        return news satisfies never;
    }
  }

  /** Resolves when all of a job's writes are done. */
  async settled(id: string): Promise<void> {
    await this.#writes.get(id);
    this.#writes.delete(id);
  }

  async sftRun(
    plan: SftRunPlan,
    { state, seconds }: Extract<JobOutcome, { status: 'sft' }>,
  ): Promise<void> {
    const settings = this.#table.study.run.subPhases;
    const sftRun = sftRunResult(plan, state, { settings, seconds });
    const branches = this.#table.branchesOf(plan.id).map(({ branch }) => branch);
    const steps = branchesToKeep(branches, sftRun.validation, settings);
    await this.#keep(() => this.#keeper.saveSftRun(plan.id, sftRun, steps));
    this.#table.enterSftRun(plan.id, sftRun);
  }

  async cell(
    plan: CellPlan,
    outcome: Extract<JobOutcome, { status: 'finished' | 'diverged' }>,
  ): Promise<void> {
    const before = this.#table.cell(plan.id);
    if (before) {
      await this.#keepTurn(afterTurn(before, endingOf(outcome)));
      return;
    }
    const isBranch = plan.kind === 'branch';
    const chosen = isBranch ? this.#table.chosen(plan) : null;
    const origin = {
      plan,
      levelCount: levelCount(this.#table.study.run.task),
      sftRun: isBranch ? this.#table.sftRun(plan.sftRun) : null,
      chosen: chosen?.found ? chosen : null,
    };
    const cell = cellResult(origin, endingOf(outcome));
    const weights = outcome.status === 'finished' ? outcome.weights : null;
    await this.#keep(() => this.#keeper.saveCell(plan.id, cell, weights));
    this.#table.enterCell(cell);
  }

  /** Keeps which cells get a turn at further RL, before any of them begins. */
  async round(cells: readonly string[]): Promise<void> {
    await this.#keep(() => this.#keeper.saveRound(this.#table.rounds, cells));
    this.#table.enterRound(cells);
  }

  /** A turn that was given up; the cell stays as it was. */
  async turnGivenUp(before: CellResult, reason: JobReason): Promise<void> {
    await this.#keepTurn(withoutTurn(before, reason));
  }

  /** The weights that are kept stay those of the base budget, as the scores are. */
  async #keepTurn(cell: CellResult): Promise<void> {
    await this.#keep(() => this.#keeper.saveCell(cell.id, cell, null));
    this.#table.enterCell(cell);
  }

  async missing(cell: MissingCell): Promise<void> {
    await this.#keep(() => this.#keeper.saveMissing(cell));
    this.#table.enterMissing(cell);
  }

  /** What cannot be kept ends the study; what it has found so far stays in the table. */
  async #keep(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#onLost(failureOf(error));
    }
  }
}

function endingOf(outcome: Extract<JobOutcome, { status: 'finished' | 'diverged' }>): CellEnding {
  const { seconds } = outcome;
  return outcome.status === 'finished'
    ? { measured: outcome.summary, failure: null, seconds }
    : { measured: outcome.measured, failure: outcome.reason, seconds };
}
