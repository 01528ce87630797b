/** An import on its way: the file, how it is read, its report, and what becomes of it. */
import { untrack } from 'svelte';
import { isLabError, messageOf } from '../../../errors';
import { createTask, type TaskSettings } from '../../../tasks';
import type { Importer } from '../../../runtime/sets/importer';
import { isSameTask } from '../../../training/data/library-set';
import type { FileLook } from '../../../trajectories/files/mapping/look';
import type { WholeTextRemark } from '../../../trajectories/files/mapping/remarks';
import type { PreviewRow } from '../../../trajectories/files/preview';
import type { ReadRequest } from '../../../trajectories/files/read-file';
import type { ImportReport, SoftFault } from '../../../trajectories/files/report';
import { taskChoices } from '../make/task-choices';
import type { RemoteReader, SetsDesk } from '../sets-desk.svelte';
import { MappingForm, NONE } from './mapping-form.svelte';
import { VerifierForm } from './verifier-form.svelte';

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
  readonly columns = new MappingForm();
  readonly verifier = new VerifierForm();
  readonly #candidates: readonly Candidate[];
  readonly #desk: SetsDesk;
  #taskName = $state(OWN);
  #name = $state('');
  #promptEnd = $state('');
  #refuse = $state.raw<readonly SoftFault[]>([]);
  #look = $state.raw<FileLook | null>(null);
  #preview = $state.raw<readonly PreviewRow[]>([]);
  #previewProblem = $state<string | null>(null);
  /** A report, and what it is the report of. */
  #read = $state.raw<{ readonly of: string; readonly report: ImportReport } | null>(null);
  #isGuessed = $state(false);
  /** Numbers previews, of which the newest is shown. */
  #previews = 0;

  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly isOwn: boolean = $derived(this.#taskName === OWN);

  constructor(desk: SetsDesk, file: File) {
    this.#desk = desk;
    this.file = file;
    this.#name = file.name.replace(/(\.[^.]+)(\.(gz|zst))?$/, '');
    this.#candidates = candidatesOf(desk);
    this.options = [
      ...this.#candidates,
      { value: OWN, label: 'a task of its own: vocabulary and lengths from this file' },
    ];
    void this.#lookAt();
    $effect(() => {
      const request = this.request;
      if (this.#look) untrack(() => void this.#show(request));
    });
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

  get promptEnd(): string {
    return this.#promptEnd;
  }

  /** null until the file has been looked at, and where it cannot be read. */
  get look(): FileLook | null {
    return this.#look;
  }

  /** The first rows, as they would be read. */
  get preview(): readonly PreviewRow[] {
    return this.#preview;
  }

  /** Why there is no preview. */
  get previewProblem(): string | null {
    return this.#previewProblem;
  }

  /** null until the file has been read as the form says now. */
  get report(): ImportReport | null {
    return this.#read?.of === readingKey(this.request) ? this.#read.report : null;
  }

  refuses(fault: SoftFault): boolean {
    return this.#refuse.includes(fault);
  }

  chooseTask(name: string): void {
    this.#taskName = name;
    this.#isGuessed = false;
  }

  setName(name: string): void {
    this.#name = name;
  }

  setPromptEnd(text: string): void {
    this.#promptEnd = text;
  }

  /** Rows are whole texts, with the prompt's end that was found in them. */
  takeText({ column, promptEnd }: WholeTextRemark): void {
    this.columns.choose({ form: 'text', whole: column, answer: NONE });
    this.#promptEnd = promptEnd?.replaceAll('\n', '\\n') ?? '';
  }

  /** What the form asks for. Another request needs another reading. */
  readonly request: ReadRequest = $derived.by(() => {
    const settings = this.#candidates.find(({ value }) => value === this.#taskName)?.task;
    const { mapping } = this.columns;
    const isFound = JSON.stringify(mapping) === JSON.stringify(this.#look?.mapping);
    return {
      shape: isFound ? this.#look!.shape : 'mapped',
      mapping,
      refuse: this.#refuse,
      task: settings
        ? { is: 'known', settings }
        : {
            is: 'own',
            options: {
              name: this.#name.trim() || this.file.name,
              answer: this.verifier.rule,
              promptEnd: this.#promptEnd === '' ? null : this.#promptEnd.replaceAll('\\n', '\n'),
            },
          },
    };
  });

  /** Reads the file to its end; the report then tells what can be kept. */
  async read(): Promise<void> {
    const { file, request } = this;
    if (!this.#look) return this.#lookAt();
    const reading = await this.#desk.reading(`Reading ${file.name}`, (reader) =>
      reader.importer.read({ name: file.name, content: file }, request),
    );
    this.#read = reading && { of: readingKey(request), report: reading.report };
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
    return (await this.#desk.keeping(`Keeping ${name}`, (r) => r.importer.keep(name))) !== null;
  }

  /** Lets go of the file. */
  discard(): void {
    this.#desk.endReader();
  }

  async #lookAt(): Promise<void> {
    const look = await this.#desk.reading(`Looking at ${this.file.name}`, (reader) =>
      reader.importer.look(...this.#looked()),
    );
    if (!look) return;
    this.columns.show(look.mapping);
    this.verifier.show(look.answer);
    this.#promptEnd = look.promptEnd?.replaceAll('\n', '\\n') ?? '';
    const guessed = look.task === null ? undefined : this.#candidates[look.task];
    this.#taskName = guessed?.value ?? OWN;
    this.#isGuessed = guessed !== undefined;
    this.#look = look;
  }

  #looked(): Parameters<Importer['look']> {
    const file = { name: this.file.name, content: this.file };
    return [file, this.#candidates.map(({ task }) => task)];
  }

  /** A reader that took the place of one that was ended has not looked at the file yet. */
  async #previewed(reader: RemoteReader, request: ReadRequest): Promise<readonly PreviewRow[]> {
    try {
      return await reader.importer.preview(request);
    } catch (error) {
      if (!isLabError(error, 'library/no-file')) throw error;
      await reader.importer.look(...this.#looked());
      return reader.importer.preview(request);
    }
  }

  async #show(request: ReadRequest): Promise<void> {
    const number = (this.#previews += 1);
    try {
      const rows = await this.#desk.ask((reader) => this.#previewed(reader, request));
      if (number !== this.#previews) return;
      this.#preview = rows;
      this.#previewProblem = null;
    } catch (error) {
      // The file was let go of while the preview was on its way.
      if (number !== this.#previews || isLabError(error, 'cancelled')) return;
      this.#preview = [];
      this.#previewProblem = messageOf(error);
    }
  }
}

/** What a reading depends on: a set may be called otherwise, and rows left out, with the report in sight. */
function readingKey({ mapping, task }: ReadRequest): string {
  return JSON.stringify(
    task.is === 'known' ? { mapping, task } : { mapping, ...task.options, name: '' },
  );
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
