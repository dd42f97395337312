import { createContext, useContext } from 'react';
import type { Router } from './router';

export const RouterContext = createContext<Router | null>(null);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error('outside of the router');
  return router;
}
