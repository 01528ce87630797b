/** What can be done with a set, as a menu. */
import { push } from 'svelte-spa-router';
import type { SetRecord } from '../../runtime/stores/sets';
import type { MenuItem } from '../controls/menu-item';
import type { SetsDesk } from './sets-desk.svelte';

export type DialogName = 'rename' | 'derive' | 'measure' | 'export';

/** A dialog that is open, and the set that it is about. */
export interface SetDialog {
  readonly name: DialogName;
  readonly set: SetRecord;
}

/** @param ask opens a dialog about the set */
export function setActions(
  desk: SetsDesk,
  set: SetRecord,
  ask: (name: DialogName) => void,
): MenuItem[] {
  return [
    {
      label: 'Train on it',
      icon: 'play',
      onselect: () => void push(`/run?library=${set.id}`),
    },
    {
      label: 'Make again and compare',
      icon: 'again',
      isDisabled: set.origin.kind === 'imported',
      onselect: () => void desk.remake(set),
    },
    { label: 'Measure difficulty…', icon: 'gauge', onselect: () => ask('measure') },
    { label: 'Derive…', icon: 'scissors', onselect: () => ask('derive') },
    { label: 'Export…', icon: 'save', onselect: () => ask('export') },
    { label: 'Rename…', icon: 'pen', onselect: () => ask('rename') },
    { label: 'Duplicate', icon: 'copy', onselect: () => void desk.duplicate(set) },
    { label: 'Delete', icon: 'trash', onselect: () => void desk.delete(set.id) },
  ];
}
