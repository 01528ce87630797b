/** Which engine a choice leads to on this device, and why, before the run starts. */
import { messageOf } from '../../../errors';
import { chooseEngine, type DeviceCapabilities } from '../../../runtime/engines/choice';
import { choiceSentences } from '../../../words/en/reasons/engine-reasons';
import type { Lab } from '../../lab';
import { engineNamed } from '../../../training/configuration/choices';

export class EngineHint {
  readonly #engine: () => string;
  #device = $state.raw<DeviceCapabilities | null>(null);

  readonly text: string | null = $derived.by(() => {
    if (!this.#device) return null;
    try {
      const { name, backend, reason } = chooseEngine(engineNamed(this.#engine()), this.#device);
      const engine = backend === null ? name : `${name} on ${backend}`;
      return `${engine}. ${choiceSentences(reason)}`;
    } catch (error) {
      return messageOf(error);
    }
  });

  constructor(lab: Lab, engine: () => string) {
    this.#engine = engine;
    void lab.probeDevice().then(
      (device) => (this.#device = device),
      () => {
        // Without an answer there is no hint; the run itself says what it uses.
      },
    );
  }
}
