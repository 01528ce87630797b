import { createContext } from 'svelte';
import type { StudiesDesk } from './studies-desk.svelte';

export const [useStudiesDesk, provideStudiesDesk] = createContext<StudiesDesk>();
