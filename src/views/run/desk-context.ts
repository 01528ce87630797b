import { createContext } from 'svelte';
import type { RunDesk } from './run-desk.svelte';

export const [useRunDesk, provideRunDesk] = createContext<RunDesk>();
