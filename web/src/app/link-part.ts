import { Part } from '../ui/part';

/** The page of a link that somebody shared. */
export const linkPart = new Part(() => import('./routes/link-route'));
