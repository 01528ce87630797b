/** Where curves come from: a file, a pasted text, the example, a run of the lab. */
import type { CurvesOverview, TableOverview } from '../../runtime/ceilings/api';
import type { ColumnMapping } from '../../theory';
import type { ReportedResults } from '../../studies/study-results';
import type { OpenStudy } from '../studies/open-study.svelte';
import { CurveRun } from './curve-run.svelte';

export type SourceKind = 'file' | 'pasted' | 'simulated' | 'lab';

/** `asking`: a person has to say which columns are which. */
type SourceStage = 'reading' | 'asking' | 'ready' | 'refused';

export interface CurveSourceOptions {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  /** True ceilings of simulated runs, by name. */
  readonly truths?: ReadonlyMap<string, number>;
}

export class CurveSource {
  readonly id: string;
  readonly name: string;
  readonly kind: SourceKind;
  readonly #truths: ReadonlyMap<string, number> | null;
  #stage = $state<SourceStage>('reading');
  #table = $state.raw<TableOverview | null>(null);
  #mapping = $state.raw<ColumnMapping | null>(null);
  #runs = $state.raw<readonly CurveRun[]>([]);
  #problems = $state.raw<readonly string[]>([]);
  #notes = $state.raw<readonly string[]>([]);
  #isStudy = $state(false);
  #study = $state.raw<OpenStudy<ReportedResults> | null>(null);
  #readings = 0;

  constructor({ id, name, kind, truths }: CurveSourceOptions) {
    this.id = id;
    this.name = name;
    this.kind = kind;
    this.#truths = truths ?? null;
  }

  get stage(): SourceStage {
    return this.#stage;
  }

  /** The file's columns; null for what comes from no file. */
  get table(): TableOverview | null {
    return this.#table;
  }

  /** How the columns are read; a proposal while a person is asked. */
  get mapping(): ColumnMapping | null {
    return this.#mapping;
  }

  get runs(): readonly CurveRun[] {
    return this.#runs;
  }

  /** Why it was refused, or what in it belongs to no run. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** The study that its curves are; null where they are none, or it has not been made yet. */
  get study(): OpenStudy<ReportedResults> | null {
    return this.#study;
  }

  /** Whether its curves are a study that is still to be made. */
  get lacksStudy(): boolean {
    return this.#isStudy && this.#study === null;
  }

  /** Takes the study that its curves are. */
  becomeStudy(study: OpenStudy<ReportedResults>, notes: readonly string[]): void {
    this.#study = study;
    this.#notes = [...this.#notes, ...notes];
  }

  /** Has no study to show, until it is made again. */
  leaveStudy({ isStudy }: { isStudy: boolean }): void {
    this.#study?.close();
    this.#study = null;
    this.#isStudy = isStudy;
  }

  /** The name of the only run of a file without a column for runs. */
  get singleRun(): string {
    return this.name.replace(/\.[^.]*$/, '') || this.name;
  }

  opened(table: TableOverview): void {
    this.#table = table;
    const { isCertain: _, ...mapping } = table.guess;
    this.#mapping = mapping;
  }

  /** Asks which columns are which, with a sentence where a first try failed. */
  ask(problem: string | null = null): void {
    this.#problems = problem === null ? [] : [problem];
    this.#stage = 'asking';
  }

  /** Keeps what was read before where there is any. */
  stopAsking(): void {
    this.#problems = [];
    this.#stage = 'ready';
  }

  reading(mapping: ColumnMapping | null): void {
    this.#mapping = mapping;
    this.#stage = 'reading';
  }

  read({ runs, problems, notes, isStudy }: CurvesOverview): void {
    this.leaveStudy({ isStudy });
    const unit = this.#mapping?.columns.compute ?? 'compute';
    this.#readings += 1;
    this.#runs = runs.map(
      (overview, index) =>
        new CurveRun({
          key: `${this.id}-${this.#readings}-${index}`,
          index,
          unit: this.kind === 'file' || this.kind === 'pasted' ? unit : 'FLOPs',
          overview,
          truth: this.#truths?.get(overview.run) ?? null,
        }),
    );
    this.#problems = problems;
    this.#notes = notes;
    this.#stage = 'ready';
  }

  refuse(problem: string): void {
    this.#problems = [problem];
    this.#stage = 'refused';
  }
}
