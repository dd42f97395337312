import { createContext } from 'react';

/** Where floating parts are mounted: in the open dialog, because everything else is under it. Null: in the body. */
export const PortalHost = createContext<HTMLElement | null>(null);
