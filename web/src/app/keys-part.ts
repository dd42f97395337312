import { Part } from '../ui/part';

/** The list of all keys (?). */
export const keysSheet = new Part(() => import('./keys-sheet'));
