import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../../src/model/config';
import {
  decoderParameters,
  decoderShape,
  forwardFlopsPerToken,
  rlFlops,
  sftFlops,
  transformerFlopsPerToken,
  type DecoderConfig,
} from '../../../src/model/flops';

/** https://huggingface.co/Qwen/Qwen2.5-7B/blob/main/config.json */
const QWEN_7B: DecoderConfig = {
  vocabSize: 152_064,
  hiddenSize: 3584,
  layers: 28,
  attentionHeads: 28,
  keyValueHeads: 4,
  intermediateSize: 18_944,
  mlpMatrices: 3,
  attentionBias: true,
  tiedEmbeddings: false,
};

describe('parameters of a decoder', () => {
  it('agree with a small one counted by hand', () => {
    const small: DecoderConfig = {
      vocabSize: 10,
      hiddenSize: 4,
      layers: 1,
      attentionHeads: 2,
      intermediateSize: 8,
      mlpMatrices: 2,
      attentionBias: false,
      tiedEmbeddings: true,
    };
    // Embedding 40; attention 4·(4 + 4 + 4 + 4) = 64; MLP 2·4·8 = 64; norms 8 + 4.
    expect(decoderParameters(small)).toBe(40 + 64 + 64 + 12);
    // Untied: 40 more. One key-value head of two: keys and values 4·(2 + 2) less. 5 positions: 20.
    expect(decoderParameters({ ...small, tiedEmbeddings: false })).toBe(220);
    expect(decoderParameters({ ...small, keyValueHeads: 1 })).toBe(164);
    expect(decoderParameters({ ...small, learnedPositions: 5 })).toBe(200);
    expect(decoderParameters({ ...small, attentionBias: true })).toBe(192);
    // Heads of 4 instead of 2: all four attention matrices double.
    expect(decoderParameters({ ...small, headSize: 4 })).toBe(244);
  });

  it('are those of the published Qwen2.5-7B', () => {
    expect(decoderParameters(QWEN_7B)).toBe(7_615_616_512);
  });
});

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
      const perToken = transformerFlopsPerToken(decoderShape(QWEN_7B, 3771));
      const eflops = sftFlops(steps * 512 * 3771, perToken) / 1e18;
      expect(Math.abs(eflops / published - 1)).toBeLessThan(1e-3);
    },
  );

  it('of RL is one pass for rollouts, one for scoring and three for training', () => {
    expect(rlFlops({ rollout: 100, scored: 50, trained: 50 }, 10)).toBe(10 * (100 + 50 + 150));
  });
});
