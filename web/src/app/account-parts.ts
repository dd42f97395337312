import { Part } from '../ui/part';

/** The pages and dialogs of a login: most visits need none of them. */
export const accountParts = new Part(() => import('./account-part-files'));
