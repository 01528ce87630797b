/**
 * The runs on the desk: the one that is shown and the one that the trainer works on, often the same.
 * It lives as long as the page, so a run goes on while another page is looked at.
 */
import { messageOf } from '../../errors';
import type { AnalystApi } from '../../runtime/ceilings/api';
import type { TrainerMessage } from '../../runtime/runs/api';
import type { RunRecord } from '../../runtime/stores/runs';
import type { RunStatus } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import type { Lab } from '../lab';
import { RunLibrary } from './library/run-library.svelte';
import { KeptPredictions } from './predict/kept-predictions.svelte';
import { linkTo } from './setup/run-link';
import { RunSession } from './run-session.svelte';

type Wish = 'pause' | 'continue' | 'stop' | 'switchNow';

const OPEN_ELSEWHERE: ReadonlySet<RunStatus> = new Set(['running', 'paused']);

export class RunDesk {
  readonly library: RunLibrary;
  readonly predictions = new KeptPredictions();
  readonly #lab: Lab;
  #analyst: Promise<AnalystApi> | null = null;
  #shown = $state.raw<RunSession | null>(null);
  /** Settles when the trainer has the live run. */
  #begun: Promise<void> = Promise.resolve();
  #live = $state.raw<RunSession | null>(null);
  /** The last wish was that the live run stop. */
  #isStopping = false;
  /** Why the last thing that was asked for could not be done. */
  #problem = $state<string | null>(null);

  /** A run is in progress that is not the one shown. */
  readonly isElsewhere: boolean = $derived(this.#live !== null && this.#live !== this.#shown);

  constructor(lab: Lab) {
    this.#lab = lab;
    this.library = new RunLibrary(lab.store);
    lab.listen((message) => this.#receive(message));
  }

  get shown(): RunSession | null {
    return this.#shown;
  }

  get live(): RunSession | null {
    return this.#live;
  }

  /**
   * The newest run that was interrupted, to be taken up again; null where there is none, it is shown, or
   * another one is in progress.
   */
  get interrupted(): RunRecord | null {
    if (this.#live) return null;
    const run = this.library.runs.find(({ status }) => status === 'interrupted');
    return run && run.id !== this.#shown?.id ? run : null;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** Why nothing is stored at all; null where it is. */
  get storageProblem(): string | null {
    return this.#lab.storageProblem;
  }

  /** One for all runs that are shown; it starts with the first curve. */
  openAnalyst(): Promise<AnalystApi> {
    this.#analyst ??= this.#lab.openAnalyst();
    return this.#analyst;
  }

  dismissProblem(): void {
    this.#problem = null;
  }

  /** Starts a run and shows it. */
  async start(config: RunConfig): Promise<void> {
    if (this.#live) {
      this.#problem =
        'A run is in progress, and one runs at a time. Stop it, or wait until it has finished.';
      return;
    }
    const session = new RunSession(config);
    // Browsers may ask the user; the run does not wait for the answer.
    void this.#lab.keepStorage().catch(() => {});
    const problem = await this.#begin(session, async () =>
      session.identify(await this.#lab.trainer.start(config)),
    );
    if (problem !== null) session.fail(problem);
  }

  /**
   * Starts a run unless one of the same configuration is under way in another tab, which is shown, or was
   * interrupted, which goes on: so a link that starts a run can be opened again after a mishap.
   */
  async startOnce(config: RunConfig): Promise<void> {
    const link = linkTo(config);
    await this.library.refresh();
    const begun = this.library.runs.find((run) => {
      const isOpen = run.status === 'interrupted' || OPEN_ELSEWHERE.has(run.status);
      return isOpen && link !== null && linkTo(run.config) === link;
    });
    if (!begun || this.#live) await this.start(config);
    else if (begun.status === 'interrupted') await this.resume(begun.id);
    else await this.open(begun.id);
  }

  /** Goes on with a stored run from its last checkpoint. */
  async resume(id: string): Promise<void> {
    if (this.#live) {
      this.#problem = 'A run is in progress. Stop it, or wait until it has finished, then resume.';
      return;
    }
    if (this.#shown?.id !== id) await this.open(id);
    const session = this.#shown;
    if (session?.id !== id) return;
    const problem = await this.#begin(session, () => this.#lab.trainer.resume(id));
    if (problem === null) return;
    // It is as it was, such as under way in another tab.
    await this.open(id);
    this.#problem = problem;
  }

  /** Why the trainer could not begin; null where it did. */
  async #begin(session: RunSession, ask: () => Promise<void>): Promise<string | null> {
    this.#problem = null;
    this.#isStopping = false;
    this.#live = this.#shown = session;
    session.begin();
    const asked = ask();
    this.#begun = asked.catch(() => undefined);
    try {
      await asked;
      void this.library.refresh();
      return null;
    } catch (error) {
      this.#live = null;
      return messageOf(error);
    }
  }

  /** A run of the library as it was recorded, or the live one; null where it cannot be read. */
  async read(id: string): Promise<RunSession | null> {
    const { store } = this.#lab;
    if (this.#live?.id === id) return this.#live;
    if (!store) return null;
    try {
      const { record, events } = await store.readRun(id);
      return RunSession.fromStore(record, events);
    } catch (error) {
      this.#problem = messageOf(error);
      return null;
    }
  }

  /** Shows a run of the library. */
  async open(id: string): Promise<void> {
    this.#problem = null;
    const session = await this.read(id);
    if (session) this.#shown = session;
  }

  showLive(): void {
    this.#shown = this.#live;
  }

  /** Back to the setup. A live run goes on. */
  close(): void {
    this.#shown = null;
    void this.library.refresh();
  }

  /** Deletes a stored run; it is no longer shown. */
  async delete(id: string): Promise<void> {
    this.#problem = null;
    try {
      await this.library.delete(id);
      if (this.#shown?.id === id) this.#shown = null;
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }

  /** Goes on with a run whose trainer was lost: once by itself, then when the user asks for it. */
  async #recover(session: RunSession): Promise<void> {
    const { id, detail } = session;
    // Without an id the trainer still owes the answer to its start, which says what happened.
    if (id === null) return;
    if (!this.#lab.store) {
      session.fail(`${detail} The run was not recorded: start it again.`);
      return;
    }
    if (session.losses > 1 || this.#isStopping) return;
    session.goOn();
    this.#live = session;
    try {
      await this.#lab.trainer.resume(id, true);
    } catch (error) {
      if (this.#live === session) this.#live = null;
      session.interrupt(messageOf(error));
    }
  }

  /** Passes a wish about the live run to the trainer; its status tells when it is fulfilled. */
  async ask(wish: Wish): Promise<void> {
    this.#isStopping = wish === 'stop';
    try {
      // A run is shown as running at once; until the trainer has it, it would know of none.
      await this.#begun;
      await this.#lab.trainer[wish]();
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }

  /** The browser had frozen the page for so many seconds. */
  async wasFrozen(seconds: number): Promise<void> {
    await this.#lab.trainer.wasFrozen(seconds);
  }

  #receive(message: TrainerMessage): void {
    const session = this.#live;
    if (!session) return;
    session.receive(message);
    if (message.type === 'trainer-lost') {
      this.#live = null;
      void this.#recover(session);
    }
    if (message.type !== 'status') return;
    if (!session.isLive) this.#live = null;
    void this.library.refresh();
  }
}
