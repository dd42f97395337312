import { Part } from '../ui/part';

/** The page of somebody who takes part in a study by a link. */
export const studyPart = new Part(() => import('./routes/participant-route'));
