/** The shipped study of chapter 7: fetched and read when it is asked for, by the analyst. */
import { messageOf } from '../../../errors';
import type { SetCeiling } from '../../../figures/set-ceilings';
import type { AnalystApi } from '../../../runtime/ceilings/api';
import * as Comlink from '../../../runtime/remote';
import { fetchBundle, shippedStudies } from '../../studies/shipped';
import type { LiveActions } from '../live-actions';

/** Under which the analyst has it. */
const NAME = 'lesson/scale';

type Status = LiveActions['part']['status'];

export class UncoveredStudy {
  readonly #openAnalyst: () => Promise<AnalystApi>;
  #status = $state<Status>('idle');
  #problem = $state<string | null>(null);
  #known = $state.raw<readonly SetCeiling[]>([]);

  constructor(openAnalyst: () => Promise<AnalystApi>) {
    this.#openAnalyst = openAnalyst;
  }

  get status(): Status {
    return this.#status;
  }

  /** Why it failed, in a sentence. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What is known of its sets, more and more. */
  get known(): readonly SetCeiling[] {
    return this.#known;
  }

  async start(): Promise<void> {
    this.#status = 'running';
    this.#problem = null;
    this.#known = [];
    try {
      const known = await this.#read();
      this.#status = known ? 'finished' : 'stopped';
      if (known) this.#known = known;
    } catch (error) {
      this.#status = 'failed';
      this.#problem = messageOf(error);
    }
  }

  async #read(): Promise<readonly SetCeiling[] | null> {
    const [address] = shippedStudies();
    const [bundle, analyst] = await Promise.all([fetchBundle(address!), this.#openAnalyst()]);
    const tell = Comlink.proxy((known: readonly SetCeiling[]) => (this.#known = known));
    return analyst.setCeilings(NAME, Comlink.transfer(bundle, [bundle.buffer]), tell);
  }

  async stop(): Promise<void> {
    await (await this.#openAnalyst()).forgetStudy(NAME);
  }

  /** Ends what is in progress, and frees what the analyst keeps. */
  close(): void {
    if (this.#status !== 'idle') void this.stop().catch(() => undefined);
  }
}
