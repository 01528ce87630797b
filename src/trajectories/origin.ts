/** Where a set comes from: plain JSON from which a generated or derived set can be made again. */
import type { SetRecipe } from '../tasks';
import type { DeriveReport, DeriveRule } from './derive';
import type { FileFormat, ImportSummary } from './files/report';

/** A set as another one refers to it: the digest tells whether it still is what it was. */
interface SetReference {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
}

export type SetOrigin =
  | { readonly kind: 'generated'; readonly seed: number; readonly recipe: SetRecipe }
  | {
      readonly kind: 'imported';
      readonly file: { readonly name: string; readonly bytes: number; readonly format: FileFormat };
      readonly summary: ImportSummary;
    }
  | {
      readonly kind: 'derived';
      readonly sources: readonly SetReference[];
      readonly rule: DeriveRule;
      readonly report: DeriveReport;
    };
