import { Part } from '../ui/part';

/** What is said of interrupted sessions that are being sent: most visits have none. */
export const recoveryNotice = new Part(() => import('../features/live/recovery-notice'));
