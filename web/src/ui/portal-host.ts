import { createContext } from 'react';

/** Where floating parts are put: the open dialog, because all else lies under it. Null: the body. */
export const PortalHost = createContext<HTMLElement | null>(null);
