import { createContext } from 'svelte';
import type { SetsDesk } from './sets-desk.svelte';

export const [useSetsDesk, provideSetsDesk] = createContext<SetsDesk>();
