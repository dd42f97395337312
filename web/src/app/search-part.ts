import { Part } from '../ui/part';

/** The search over everything that was said (Ctrl K). */
export const searchSheet = new Part(() => import('./search-sheet'));
