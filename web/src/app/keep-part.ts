import { Part } from '../ui/part';

/** The dialog about how long a recording is kept: most visits need none. */
export const keepDialog = new Part(() => import('../features/keeping/keep-dialog'));
