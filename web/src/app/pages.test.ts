import { expect, test } from 'vitest';
import { pageAt } from './pages';

test.each([
  ['/', 'HomeRoute', ''],
  ['/chats/new', 'NewChatRoute', ''],
  ['/chats/0193-a', 'ChatRoute', '0193-a'],
  ['/recordings', 'LibraryRoute', ''],
  ['/recordings/a%20b', 'PlayerRoute', 'a b'],
  ['/recordings/%E0', 'PlayerRoute', '%E0'],
  ['/settings', 'SettingsRoute', ''],
  ['/account', 'AccountPage', ''],
  ['/account/tokens', 'TokensPage', ''],
  ['/admin/users', 'UsersPage', ''],
  ['/admin/audit', 'AuditPage', ''],
  ['/admin', 'NotFound', ''],
  ['/chats', 'NotFound', ''],
  ['/recordings/a/b', 'NotFound', ''],
  ['/elsewhere', 'NotFound', ''],
])('%s', async (path, page, id) => {
  const found = pageAt(path);
  expect(found.id).toBe(id);
  expect((await found.part.load()).name).toBe(page);
});
