/** Modules of the tests that run within a page or a worker of the app's origin. */
import type { BrowserContext, Page } from '@playwright/test';
import { build } from 'vite';

/** One script with all it imports, files by address included. */
export async function bundle(file: string): Promise<string> {
  const entry = new URL(file, import.meta.url).pathname;
  const output = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['es'] },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  if (!Array.isArray(output)) throw new Error('The bundler did not bundle.');
  return output[0]!.output[0].code;
}

/** A blank page of the app's origin, with the script beside it under `name`. */
export async function openBlank(
  context: BrowserContext,
  appUrl: string,
  { name, code }: { name: string; code: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.route('**/blank.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>Blank</title>' }),
  );
  await page.route(`**/${name}`, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: code }),
  );
  await page.goto(`${appUrl}blank.html`);
  return page;
}
