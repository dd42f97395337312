/** The pages of one's account and those for admins. One file, since most visits need none of them. */
export { AccountPage } from '../../features/account/account-page';
export { TokensPage } from '../../features/account/tokens-page';
export { AuditPage } from '../../features/admin/audit-page';
export { UsersPage } from '../../features/admin/users-page';
