import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../../src/model/config';
import {
  forwardFlopsPerToken,
  rlFlops,
  sftFlops,
  transformerFlopsPerToken,
} from '../../../src/model/flops';

/**
 * Qwen2.5-7B on the paper's sequences; the widths of
 * https://huggingface.co/Qwen/Qwen2.5-7B/blob/main/config.json give 7,615,616,512 parameters.
 */
const QWEN_7B = { parameters: 7_615_616_512, layers: 28, attentionWidth: 3584, context: 3771 };

describe('compute', () => {
  it('of a forward pass agrees with a value worked by hand', () => {
    // 2·180 + 4·1·4·3.
    expect(
      transformerFlopsPerToken({ parameters: 180, layers: 1, attentionWidth: 4, context: 3 }),
    ).toBe(408);
  });

  it('of the lab’s own model counts embedding, positions and output matrix', () => {
    const config: ModelConfig = {
      vocabSize: 10,
      contextLength: 6,
      layers: 1,
      dModel: 8,
      heads: 2,
    };
    // 2·10·8 + 6·8 + (4·8·8 + 2·8·32) + 3·8 = 1000 parameters; attention 4·1·8·6.
    expect(forwardFlopsPerToken(config)).toBe(2 * 1000 + 192);
  });

  it.each([
    // exaFLOPs of SFT at the branch points of the paper's largest set (arXiv 2512.11470).
    [360, 34.9],
    [720, 69.8],
    [1080, 104.8],
    [1800, 174.6],
    [3600, 349.2],
    [14_080, 1365.6],
  ])(
    'after %i steps of 512 sequences of 3771 tokens is the published %d EFLOPs',
    (steps, published) => {
      const perToken = transformerFlopsPerToken(QWEN_7B);
      const eflops = sftFlops(steps * 512 * 3771, perToken) / 1e18;
      expect(Math.abs(eflops / published - 1)).toBeLessThan(1e-3);
    },
  );

  it('of RL is one pass for rollouts, one for scoring and three for training', () => {
    expect(rlFlops({ rollout: 100, scored: 50, trained: 50 }, 10)).toBe(10 * (100 + 50 + 150));
  });
});
