export { LoginAgain } from '../features/account/login-again';
export { LoginBack } from '../features/account/login-back';
export { LoginPage } from '../features/account/login-page';
