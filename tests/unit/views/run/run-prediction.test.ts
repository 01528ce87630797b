import { afterEach, describe, expect, it, vi } from 'vitest';
import { KeptPredictions } from '../../../../src/views/run/predict/kept-predictions.svelte';
import {
  findsSwitch,
  firstPrediction,
  placedPrediction,
  predictedRun,
  predictedValues,
  predictionOf,
} from '../../../../src/views/run/predict/run-prediction';
import { SeriesTable } from '../../../../src/views/charts/series-table';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { runBecause } from '../../../../src/words/en/run-prediction';

const MICRO = presetNamed('micro').config;
const PREDICTION = { switchStep: 300, pSft: 70, aPost: 90 };

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
}

afterEach(() => vi.unstubAllGlobals());

describe('a prediction of a run', () => {
  it('is of the run’s link, and leaves out a switch that the link says', () => {
    expect(predictedRun({ ...MICRO, seed: 3 })).toBe('run?preset=micro&seed=3');
    const fixed = { ...MICRO, switch: { at: 'step', step: 200 } as const };
    expect(findsSwitch(MICRO)).toBe(true);
    expect(findsSwitch(fixed)).toBe(false);
    expect(predictedValues(firstPrediction(fixed))).not.toHaveProperty('switch_step');
    expect(predictionOf(predictedValues(PREDICTION))).toEqual(PREDICTION);
    expect(predictionOf({ ends: 3 })).toBeNull();
  });

  it('stands on a run’s axis where its step will be, once steps have a price', () => {
    const loss = new SeriesTable(['training_loss']);
    expect(placedPrediction(PREDICTION, MICRO, loss)).toBeNull();
    loss.add({ stage: 'sft', step: 10, compute: 5e8 }, {});
    expect(placedPrediction(PREDICTION, MICRO, loss)?.at).toBe(1.5e10);
    expect(placedPrediction(null, MICRO, loss)).toBeNull();
  });

  it('outlives a reload, one for each run, and can be taken back', () => {
    const storage = memory();
    vi.stubGlobal('localStorage', storage);
    const kept = new KeptPredictions();
    kept.set('run?preset=micro', { ...PREDICTION, pSft: 1 });
    kept.set('run?preset=micro', PREDICTION);
    kept.set('run?preset=grid', { ...PREDICTION, switchStep: null });
    const again = new KeptPredictions();
    expect(again.of('run?preset=micro')).toEqual(PREDICTION);
    expect(again.of('run?preset=grid')?.switchStep).toBeNull();
    expect(again.of('run?preset=laptop')).toBeNull();
    again.set('run?preset=grid', null);
    expect(new KeptPredictions().of('run?preset=grid')).toBeNull();
    storage.setItem('predictions', '[["run?preset=micro",{"p_sft":"much"}]]');
    expect(new KeptPredictions().of('run?preset=micro')).toBeNull();
    storage.setItem('predictions', '{');
    expect(new KeptPredictions().of('run?preset=micro')).toBeNull();
  });

  it('holds until the page is closed where the browser refuses', () => {
    const kept = new KeptPredictions();
    kept.set('run?preset=micro', PREDICTION);
    expect(kept.of('run?preset=micro')).toEqual(PREDICTION);
  });
});

describe('its miss', () => {
  it('is divided between P_sft and PL_rl', () => {
    const text = runBecause({ pSft: [70, 73], aPost: [94, 98], isAtLeast: false });
    expect(text).toContain('add +24.0 points; it adds +25.0');
    expect(text).toContain('−3.0 come from P_sft and −1.0 from PL_rl: it was what SFT gives');
  });

  it('is none where a ceiling is open above it', () => {
    const open = { pSft: [70, 70], isAtLeast: true } as const;
    expect(runBecause({ ...open, aPost: [95, 88] })).toContain('Nothing measured contradicts that');
    expect(runBecause({ ...open, aPost: [80, 88] })).toContain('what RL adds that you misjudged');
  });
});
