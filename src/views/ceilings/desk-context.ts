import { createContext } from 'svelte';
import type { CeilingsDesk } from './ceilings-desk.svelte';

export const [useCeilingsDesk, provideCeilingsDesk] = createContext<CeilingsDesk>();
