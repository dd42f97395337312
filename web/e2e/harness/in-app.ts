import type { BrowserContext, Page } from '@playwright/test';
import { type Devices, launch } from './browser';
import { type Stack, type StackOptions, startStack } from './servers';

export type App = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly stack: Stack;
};

/** Runs `flow` in a browser of its own, with a server and an emulator of its own. */
export async function inApp(
  devices: Devices,
  flow: (app: App) => Promise<void>,
  options: StackOptions = {},
): Promise<void> {
  const stack = await startStack(options);
  const { context } = await launch(devices);
  try {
    await flow({ page: context.pages()[0] ?? (await context.newPage()), context, stack });
  } finally {
    await context.close();
    await stack.stop();
  }
}
