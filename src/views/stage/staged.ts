/** What stands on a stage, and where. */

export interface Staged {
  readonly title: string;
  /** What anyone sees, in at most fifteen words. */
  readonly sentence: string;
  /** The picture for those who do not see it. */
  readonly description: string;
  /** All that is known, shown on request. */
  readonly reading: string;
  /** Pictures that it takes. */
  readonly parts: number;
}

/** CSS pixels: of the picture's place, and the height of the screen, by which text is measured. */
export interface StagePlace {
  readonly width: number;
  readonly height: number;
  readonly screen: number;
}

/** Most words of the sentence below a picture. */
export const MOST_WORDS = 15;
