import { useEffect } from 'react';
import './account.css';
import { loginNews } from './login-news';

/** The end of a login that another tab has opened. Browsers may refuse to close the window; then it says so. */
export function LoginBack() {
  useEffect(() => {
    document.title = 'Logged in';
    loginNews.tell('came');
    window.close();
  }, []);
  return (
    <main className="login">
      <div className="login__inner">
        <h1>You are logged in</h1>
        <p>Close this window and go on where you were.</p>
        <p>
          <a href="/">Or open Reprise here</a>
        </p>
      </div>
    </main>
  );
}
