/** What can be done with a set, as a menu. */
import type { SetRecord } from '../../trajectories/stored-set';
import type { MenuItem } from '../controls/menu-item';
import type { SetsDesk } from './sets-desk.svelte';

export type DialogName = 'rename';

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
      label: 'Make again and compare',
      icon: 'again',
      isDisabled: set.origin.kind === 'imported',
      onselect: () => void desk.remake(set),
    },
    { label: 'Rename…', icon: 'pen', onselect: () => ask('rename') },
    { label: 'Duplicate', icon: 'copy', onselect: () => void desk.duplicate(set) },
    { label: 'Delete', icon: 'trash', onselect: () => void desk.delete(set.id) },
  ];
}
