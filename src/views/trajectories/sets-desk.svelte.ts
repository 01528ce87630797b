/**
 * The library of trajectory sets as the page has it: the list, the work under way, and what was
 * deleted last. It lives as long as the page, so work goes on while another page is looked at.
 */
import { isLabError, messageOf } from '../../errors';
import * as Comlink from '../../runtime/remote';
import type { RunRecord } from '../../runtime/stores/runs';
import type { MeasureRequest } from '../../runtime/runs/api';
import type { DeriveRequest, GenerateRequest, Remade } from '../../runtime/sets/library';
import type { LibraryApi, ReaderApi } from '../../runtime/sets/api';
import type { LibraryNews } from '../../runtime/sets/library-work';
import type { ExportShape } from '../../trajectories/files/export';
import type { DamagedSet, SetRecord } from '../../runtime/stores/sets';
import { downloadBlob, downloadText } from '../download';
import type { FileReader, Lab } from '../lab';

export type RemoteReader = Comlink.Remote<ReaderApi>;
export type RemoteLibrary = Comlink.Remote<LibraryApi>;

/** What the library is doing for the user. */
export interface Work {
  /** Such as "Making uniform 600". */
  readonly title: string;
  /** Share that is done, 0 to 1; null where it is not known. */
  readonly share: number | null;
}

/** Deleted sets can be restored for so long; they are erased at a visit after it. */
const KEEP_DELETED_MS = 10 * 60_000;

type UsedLab = Pick<
  Lab,
  'openLibrary' | 'openReader' | 'keepStorage' | 'storageProblem' | 'store' | 'trainer'
>;

export class SetsDesk {
  readonly #lab: UsedLab;
  #opening: Promise<RemoteLibrary> | null = null;
  #reader: Promise<FileReader> | null = null;
  #sets = $state.raw<readonly SetRecord[] | null>(null);
  #damaged = $state.raw<readonly DamagedSet[]>([]);
  #usage = $state.raw<{ readonly used: number; readonly quota: number } | null>(null);
  #work = $state.raw<Work | null>(null);
  #cancel: (() => void) | null = null;
  #problem = $state<string | null>(null);
  #note = $state<string | null>(null);
  #deleted = $state.raw<SetRecord | null>(null);
  #newest = $state<string | null>(null);

  constructor(lab: UsedLab) {
    this.#lab = lab;
  }

  /** Newest first; null until the list has been read. */
  get sets(): readonly SetRecord[] | null {
    return this.#sets;
  }

  /** Sets that cannot be read any more. */
  get damaged(): readonly DamagedSet[] {
    return this.#damaged;
  }

  /** Bytes used and allowed; null where the browser does not tell. */
  get usage(): { readonly used: number; readonly quota: number } | null {
    return this.#usage;
  }

  get work(): Work | null {
    return this.#work;
  }

  /** Why the last thing that was asked for could not be done. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What came of the last thing that was asked for, where the list does not show it. */
  get note(): string | null {
    return this.#note;
  }

  /** The set that was deleted last, while it can be restored. */
  get deleted(): SetRecord | null {
    return this.#deleted;
  }

  /** The id of the set that was made last. */
  get newest(): string | null {
    return this.#newest;
  }

  get storageProblem(): string | null {
    return this.#lab.storageProblem;
  }

  setNamed(id: string): SetRecord | undefined {
    return this.#sets?.find((set) => set.id === id);
  }

  dismiss(): void {
    this.#problem = null;
    this.#note = null;
    this.#deleted = null;
  }

  /** The library's worker, started with the first call; a later try starts it anew. */
  open(): Promise<RemoteLibrary> {
    this.#opening ??= this.#start();
    this.#opening.catch(() => (this.#opening = null));
    return this.#opening;
  }

  async #start(): Promise<RemoteLibrary> {
    const library = await this.#lab.openLibrary((news) => this.#hear(news));
    await library.store.purgeDeleted(Date.now() - KEEP_DELETED_MS);
    return library;
  }

  /** Reads the list again. */
  async refresh(): Promise<void> {
    if (this.#lab.storageProblem !== null) return;
    try {
      const library = await this.open();
      [this.#sets, this.#damaged, this.#usage] = await Promise.all([
        library.store.listSets(),
        library.store.listDamaged(),
        library.store.usage(),
      ]);
    } catch (error) {
      this.#problem = `The library could not be read: ${messageOf(error)}`;
    }
  }

  async generate(request: GenerateRequest): Promise<void> {
    await this.making(`Making ${request.name}`, (library) => library.maker.generate(request));
  }

  /** Makes one set after another of others; ends at the first that fails. */
  async derive(requests: readonly DeriveRequest[]): Promise<boolean> {
    for (const request of requests) {
      const made = await this.making(`Deriving ${request.name}`, (l) => l.maker.derive(request));
      if (!made) return false;
    }
    return true;
  }

  async duplicate({ id, name }: SetRecord): Promise<void> {
    await this.derive([{ name: `${name} (copy)`, sources: [id], rule: { kind: 'copy' } }]);
  }

  async rename(id: string, name: string): Promise<void> {
    await this.working('Renaming', (library) => library.store.renameSet(id, name));
    await this.refresh();
  }

  async delete(id: string): Promise<void> {
    const set = this.setNamed(id) ?? null;
    await this.working('Deleting', (library) => library.store.deleteSet(id));
    if (this.#problem === null) this.#deleted = set;
    await this.refresh();
  }

  async restore(): Promise<void> {
    const id = this.#deleted?.id;
    if (id === undefined) return;
    this.#deleted = null;
    await this.working('Restoring', (library) => library.store.restoreSet(id));
    await this.refresh();
  }

  /** Makes a set again from its origin and says whether it is the same. */
  async remake({ id, name }: SetRecord): Promise<void> {
    const remade = await this.working<Remade>(`Making ${name} again`, (l) => l.maker.remake(id));
    if (!remade) return;
    this.#note = remade.isSame
      ? `“${name}” was made again from its recipe: the content is equal (digest ${remade.digest}).`
      : `“${name}” was made again from its recipe, and the content is another (digest ${remade.digest}).`;
  }

  /** The runs whose checkpoints can measure a set, newest first. */
  async runs(): Promise<readonly RunRecord[]> {
    return (await this.#lab.store?.listRuns()) ?? [];
  }

  /** Measures a set's difficulty on the trainer's engine. */
  async measure(request: MeasureRequest): Promise<void> {
    const { trainer } = this.#lab;
    const listener = Comlink.proxy((done: number, total: number) => this.progress(done, total));
    const name = this.setNamed(request.setId)?.name ?? 'the set';
    await this.working(
      `Measuring ${name} under ${request.policyName}`,
      () => trainer.measure(request, listener),
      () => void trainer.cancelMeasure(),
    );
    await this.refresh();
  }

  /** Hands a set over as a file, with its card beside it. */
  async export({ id, name }: SetRecord, shape: ExportShape): Promise<void> {
    const exported = await this.working(`Exporting ${name}`, (l) => l.maker.export(id, shape));
    if (!exported) return;
    const { file, card } = exported;
    downloadBlob(card.file.name, file);
    const cardName = card.file.name.replace(/(jsonl|parquet)$/, 'card.json');
    downloadText(cardName, `${JSON.stringify(card, null, 2)}\n`, 'application/json');
  }

  /** Work that ends with a new set, which the list then shows. */
  making(
    title: string,
    action: (library: RemoteLibrary) => Promise<SetRecord>,
  ): Promise<SetRecord | null> {
    return this.#listing(() => this.working(title, action));
  }

  /** Makes a set of what the reader holds. */
  keeping(
    title: string,
    action: (reader: RemoteReader) => Promise<SetRecord>,
  ): Promise<SetRecord | null> {
    return this.#listing(() =>
      this.#reading(title, action, (reader) => {
        void reader.read((api) => api.importer.cancel()).catch(() => undefined);
      }),
    );
  }

  async #listing(work: () => Promise<SetRecord | null>): Promise<SetRecord | null> {
    void this.#lab.keepStorage().catch(() => {});
    const made = await work();
    if (made) this.#newest = made.id;
    await this.refresh();
    return made;
  }

  /** Asks the reader something that is not a job of its own. */
  async ask<T>(action: (reader: RemoteReader) => Promise<T>): Promise<T> {
    return (await this.#openReader()).read(action);
  }

  /** Like {@link working}, in the worker that decodes files; a cancel ends that, whatever it does. */
  reading<T>(title: string, action: (reader: RemoteReader) => Promise<T>): Promise<T | null> {
    return this.#reading(title, action, (reader) => reader.end());
  }

  #reading<T>(
    title: string,
    action: (reader: RemoteReader) => Promise<T>,
    cancel: (reader: FileReader) => void,
  ): Promise<T | null> {
    return this.#exclusive(title, async () => {
      const reader = await this.#openReader();
      this.#cancel = () => cancel(reader);
      return reader.read(action);
    });
  }

  /** Ends the reader with the file that it holds, unless it is keeping a set. */
  endReader(): void {
    if (this.#work) return;
    void this.#reader?.then((reader) => reader.end()).catch(() => undefined);
  }

  #openReader(): Promise<FileReader> {
    this.#reader ??= this.#lab.openReader((news) => this.#hear(news));
    this.#reader.catch(() => (this.#reader = null));
    return this.#reader;
  }

  /**
   * Does one thing at a time, with its progress and a way to cancel it; null where it failed or was
   * cancelled, and then {@link problem} or {@link note} says why.
   */
  working<T>(
    title: string,
    action: (library: RemoteLibrary) => Promise<T>,
    cancel?: () => void,
  ): Promise<T | null> {
    return this.#exclusive(title, async () => {
      const library = await this.open();
      this.#cancel = cancel ?? (() => void library.cancel());
      return action(library);
    });
  }

  async #exclusive<T>(title: string, action: () => Promise<T>): Promise<T | null> {
    if (this.#work) {
      this.#problem = `${this.#work.title} is under way: wait until it has finished, or cancel it.`;
      return null;
    }
    this.dismiss();
    this.#work = { title, share: null };
    try {
      return await action();
    } catch (error) {
      const isCancelled = isLabError(error, 'cancelled');
      if (isCancelled) this.#note = `${title}: ${messageOf(error)}`;
      else this.#problem = messageOf(error);
      return null;
    } finally {
      this.#work = null;
      this.#cancel = null;
    }
  }

  /** Ends the work under way. */
  cancel(): void {
    this.#cancel?.();
  }

  /** How far the work is, told by whoever does it. */
  progress(done: number, total: number): void {
    if (this.#work && total > 0) this.#work = { ...this.#work, share: done / total };
  }

  #hear({ done, total }: LibraryNews): void {
    this.progress(done, total);
  }
}
