import { createContext, useContext } from 'react';

type Login = {
  /** The login of this page's person has ended. */
  readonly ended: boolean;
  /** Opens the dialog to log in again. */
  readonly ask: () => void;
};

export const LoginContext = createContext<Login>({ ended: false, ask: () => {} });
export const useLogin = () => useContext(LoginContext);
