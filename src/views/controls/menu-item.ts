import type { IconName } from './icons';

export interface MenuItem {
  readonly label: string;
  readonly icon: IconName;
  readonly isDisabled?: boolean;
  readonly onselect: () => void;
}
