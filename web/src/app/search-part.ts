import { Part } from '../ui/part';

/** The search over everything that was said (Ctrl K). */
export const searchPalette = new Part(() => import('../features/search/search-palette'));
