/** An import on its way: the file, the task it belongs to, its report, and what becomes of it. */
import { createTask, type AnswerRule, type TaskSettings } from '../../../tasks';
import type { ImportReport, SoftFault } from '../../../trajectories/files/report';
import type { SetsDesk } from '../sets-desk.svelte';
import { isSameTask } from '../../../training/data/library-set';
import { taskChoices } from '../make/task-choices';

/** A task that the rows of a file may belong to. */
interface Candidate {
  readonly value: string;
  readonly label: string;
  readonly task: TaskSettings;
}

/** A task that is found from the file itself. */
const OWN = 'own';

export class ImportFlow {
  readonly file: File;
  readonly candidates: readonly Candidate[];
  readonly #desk: SetsDesk;
  #taskName = $state(OWN);
  #name = $state('');
  #answerBy = $state<AnswerRule['by']>('marker');
  #answerText = $state('#');
  #promptEnd = $state('');
  #refuse = $state.raw<readonly SoftFault[]>([]);
  #report = $state.raw<ImportReport | null>(null);
  #isGuessed = $state(false);

  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly isOwn: boolean = $derived(this.#taskName === OWN);

  constructor(desk: SetsDesk, file: File) {
    this.#desk = desk;
    this.file = file;
    this.#name = file.name.replace(/\.[^.]+$/, '');
    this.candidates = candidatesOf(desk);
    this.options = [
      ...this.candidates,
      { value: OWN, label: 'a task of its own: vocabulary and lengths from this file' },
    ];
    void this.#guess();
  }

  get taskName(): string {
    return this.#taskName;
  }

  /** Whether the task was found by the file's first rows. */
  get isGuessed(): boolean {
    return this.#isGuessed;
  }

  get name(): string {
    return this.#name;
  }

  get answerBy(): AnswerRule['by'] {
    return this.#answerBy;
  }

  get answerText(): string {
    return this.#answerText;
  }

  get promptEnd(): string {
    return this.#promptEnd;
  }

  /** null until the file has been read. */
  get report(): ImportReport | null {
    return this.#report;
  }

  refuses(fault: SoftFault): boolean {
    return this.#refuse.includes(fault);
  }

  chooseTask(name: string): void {
    this.#taskName = name;
    this.#isGuessed = false;
    this.#report = null;
  }

  setName(name: string): void {
    this.#name = name;
  }

  chooseAnswer(by: AnswerRule['by']): void {
    this.#answerBy = by;
    this.#answerText = by === 'marker' ? '#' : '#(.+)$';
  }

  setAnswer(text: string): void {
    this.#answerText = text;
  }

  setPromptEnd(text: string): void {
    this.#promptEnd = text;
  }

  /** Reads the file to its end; the report then tells what can be kept. */
  async read(): Promise<void> {
    this.#report = await this.#desk.working(`Reading ${this.file.name}`, async (library) => {
      const file = { name: this.file.name, content: this.file };
      const known = this.candidates.find(({ value }) => value === this.#taskName)?.task;
      const task = known ?? (await library.importer.survey(file, this.#ownOptions()));
      return library.importer.read(file, task, { refuse: this.#refuse });
    });
  }

  /** Leaves out rows of a soft fault, or keeps them; the file is read again. */
  async refuse(fault: SoftFault, isRefused: boolean): Promise<void> {
    const others = this.#refuse.filter((other) => other !== fault);
    this.#refuse = isRefused ? [...others, fault] : others;
    await this.read();
  }

  /** Makes a set of the rows that can be kept; false where that failed. */
  async keep(): Promise<boolean> {
    const name = this.#name.trim() === '' ? this.file.name : this.#name.trim();
    return (await this.#desk.making(`Keeping ${name}`, (l) => l.importer.keep(name))) !== null;
  }

  /** Lets go of the file. */
  discard(): void {
    void this.#desk.open().then((library) => library.importer.discard());
  }

  async #guess(): Promise<void> {
    const file = { name: this.file.name, content: this.file };
    const tasks = this.candidates.map(({ task }) => task);
    const index = await this.#desk.working(`Looking at ${file.name}`, (library) =>
      library.importer.guess(file, tasks),
    );
    const guessed = index === null ? undefined : this.candidates[index];
    if (!guessed) return;
    this.#taskName = guessed.value;
    this.#isGuessed = true;
  }

  #ownOptions() {
    const answer: AnswerRule =
      this.#answerBy === 'marker'
        ? { by: 'marker', marker: this.#answerText }
        : { by: 'pattern', pattern: this.#answerText };
    const promptEnd = this.#promptEnd === '' ? null : this.#promptEnd;
    return { name: this.#name.trim() || this.file.name, answer, promptEnd };
  }
}

/** The lab's own tasks, and those of the sets that are here. */
function candidatesOf({ sets }: SetsDesk): Candidate[] {
  const choices = taskChoices();
  const tasks = [...choices, ...(sets ?? [])].map(({ task }) => task);
  const others = (sets ?? []).filter(
    ({ task }, i) => tasks.findIndex((known) => isSameTask(known, task)) === choices.length + i,
  );
  return [
    ...choices.map(({ name, title, task }) => ({ value: name, label: title, task })),
    ...others.map(({ id, name, task }) => ({
      value: id,
      label: `${createTask(task).name}, the task of “${name}”`,
      task,
    })),
  ];
}
