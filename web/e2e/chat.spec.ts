/** Typing in a chat: an answer that comes, is stopped, given once more, edited, and outlives the page. */
import { expect, type Page, test } from '@playwright/test';
import { inApp } from './harness/in-app';

const list = (page: Page) => page.getByRole('list', { name: 'Messages' });
const items = (page: Page) => list(page).locator(':scope > li');
const field = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });
const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).last().click();

test('a person types, and the answer stays', () =>
  inApp({}, async ({ page, stack }) => {
    const refused: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|TrustedHTML/.test(message.text())) refused.push(message.text());
    });
    await page.goto(`${stack.server.url}/chats/new`);
    await field(page).fill('repeat after me one two');
    await field(page).press('Shift+Enter');
    await expect(field(page)).toHaveValue('repeat after me one two\n');
    await page.reload();
    await expect(field(page)).toHaveValue('repeat after me one two\n');
    await field(page).fill('repeat after me the weather is nice');
    await field(page).press('Enter');
    await expect(items(page)).toHaveCount(2);
    await expect(items(page).last()).toContainText('The weather is nice.');
    await expect(field(page)).toHaveValue('');

    // One more answer is a branch next to the first.
    await press(page, 'Regenerate');
    await expect(items(page).last()).toContainText('2 of 2');
    await press(page, 'Previous version');
    await expect(items(page).last()).toContainText('1 of 2');

    // An edited question has its own continuation.
    await items(page).first().getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Edited message' }).fill('repeat after me good night');
    await press(page, 'Send again');
    await expect(items(page).last()).toContainText('Good night.');
    await items(page).first().getByRole('button', { name: 'Previous version' }).click();
    await expect(items(page).last()).toContainText('The weather is nice.');

    // The page goes away in the middle of an answer.
    await field(page).fill('tell me a story');
    await press(page, 'Send');
    await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden({ timeout: 30_000 });
    await expect(items(page).last().getByRole('button', { name: 'Copy' })).toBeVisible();

    // Markdown, under the policy that the server sends.
    await field(page).fill('show me every element of markdown');
    await field(page).press('Enter');
    await expect(items(page).last().getByRole('heading', { name: 'A heading' })).toBeVisible();
    await expect(items(page).last().getByRole('table')).toBeVisible();
    expect(refused).toEqual([]);
  }));
