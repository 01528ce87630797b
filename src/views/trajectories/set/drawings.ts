/** How trajectories are drawn: a component for each form in which a task lays them out. */
import type { Component } from 'svelte';
import type { Illustration } from '../../../tasks';
import GridDrawing from './grid-drawing.svelte';
import StepsTable from './steps-table.svelte';

interface Drawing {
  readonly component: Component<{ illustration: Illustration }>;
  /** Where it stands: above or below the trajectory's texts. */
  readonly place: 'above' | 'below';
}

function drawing<I extends Illustration>(
  form: I['form'],
  component: Component<{ illustration: I }>,
  place: Drawing['place'],
): readonly [string, Drawing] {
  // The form that it is found by tells that the illustration is one of its own.
  return [form, { component: component as unknown as Drawing['component'], place }];
}

const DRAWINGS = new Map([
  drawing('steps', StepsTable, 'below'),
  drawing('grid', GridDrawing, 'above'),
]);

/** The drawing of an illustration; null where the pages have none, and its texts must do. */
export function drawingOf({ form }: Illustration): Drawing | null {
  return DRAWINGS.get(form) ?? null;
}
