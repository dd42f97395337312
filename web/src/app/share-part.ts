import { Part } from '../ui/part';

/** The dialog to share something: most visits need none. */
export const shareDialog = new Part(() => import('../features/sharing/share-dialog'));
