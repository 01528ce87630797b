import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../../src/training/run-state';
import { ceilingText } from '../../../../src/views/run/library/run-row';
import {
  equationTerms,
  partialFacts,
  summaryFacts,
  whyUnknown,
} from '../../../../src/views/run/summary/summary-facts';
import { SCRIPTED_CONFIG, scriptedEvents } from './scripted-run';

const config = SCRIPTED_CONFIG;

function summaryOf(script: { rise: number; mid: number }): RunSummary {
  const last = scriptedEvents(config, script).at(-1)!.event;
  if (last.type !== 'finished') throw new Error('The script does not finish.');
  return last.summary;
}

const unbent = summaryOf({ rise: 60, mid: 3 });
const bent = summaryOf({ rise: 18, mid: 0.08 });

describe('a ceiling that is not identified', () => {
  it('is never a bare number', () => {
    expect(unbent.ceiling?.verdict.is).toBe('not-identified');
    const [, plRl, aPost] = equationTerms(unbent);
    for (const term of [plRl, aPost]) {
      expect(term.isKnown).toBe(false);
      expect(term.text).toBe('not identified');
      expect(term.note).toMatch(/^90%: .+–.+$/);
    }
    expect(ceilingText(unbent)).toMatch(/^not identified \(.+–.+\)$/);
  });

  it('has its reason', () => {
    expect(whyUnknown(unbent)).toMatch(/not bent yet|points wide/);
  });

  it('has no number at all where no curve could be fitted', () => {
    const summary = {
      ...unbent,
      ceiling: null,
      noCeilingBecause: { because: 'told', text: 'Too few evaluations.' } as const,
    };
    const [, plRl, aPost] = equationTerms(summary);
    expect([plRl.value, aPost.value]).toEqual([null, null]);
    expect(whyUnknown(summary)).toBe('Too few evaluations.');
    expect(ceilingText(summary)).toBe('no fit');
  });
});

describe('what a run had measured before it diverged', () => {
  it('is listed up to where it came', () => {
    const before = { ...unbent, branch: null, switched: null, minValidationLoss: Infinity };
    const facts = Object.fromEntries(partialFacts(before).map(({ name, text }) => [name, text]));
    expect(facts.Benchmark).toMatch(/^\d+\.\d% → \d+\.\d% at base and the last benchmark$/);
    expect(facts['Last benchmark']).toMatch(/^at RL step \d+$/);
    expect(facts['Lowest validation loss']).toBe('not measured');
    expect(facts).not.toHaveProperty('Switch to RL');
    expect(partialFacts(unbent).map(({ name }) => name)).toContain('Switch to RL');
  });
});

describe('a ceiling that is identified', () => {
  it('makes an equation that adds up, with its interval', () => {
    expect(bent.ceiling?.verdict.is).toBe('identified');
    const [pSft, plRl, aPost] = equationTerms(bent);
    expect(pSft.value! + plRl.value!).toBeCloseTo(aPost.value!, 9);
    expect(aPost.text).toBe(bent.ceiling!.aPost.toFixed(1));
    expect(aPost.note).toContain('90%');
    expect(whyUnknown(bent)).toBeNull();
  });
});

describe('the facts of a run', () => {
  it('state compute with and without that of the base', () => {
    const compute = summaryFacts(bent, { config, seconds: 66 }).find(
      ({ name }) => name === 'Compute',
    );
    expect(compute?.text).toBe(
      '39.0 GFLOPs (SFT 3.00 GFLOPs, RL 36.0 GFLOPs); with the base’s, 79.0 GFLOPs',
    );
  });

  it('name the switch with its reason', () => {
    const fact = summaryFacts(bent, { config, seconds: 66 }).find(
      ({ name }) => name === 'Switch to RL',
    );
    expect(fact?.text).toContain('SFT step 60');
    expect(fact?.text).toContain('stable');
  });
});
