/** A page whose code is loaded with the first look at it, where that does not work at once. */
import { expect, test } from './fixtures';
import { host } from './hosts';

const CODE = /\/assets\/library-page-[^/]*\.(js|css)$/;

test('a page that could not be loaded comes with a second try, styles and all', async ({
  page,
  problems,
}) => {
  const first = await host();
  await page.goto(`${first.url}#/about`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await first.close();
  await page.getByRole('navigation').getByRole('link', { name: 'Trajectories' }).click();
  await expect(page.getByRole('alert')).toContainText(
    'the host that the lab came from does not answer',
  );
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('alert')).toContainText(
    'the host that the lab came from does not answer',
  );

  const second = await host({ port: first.port });
  await page.getByRole('button', { name: 'Retry' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('worth learning from');
  const styles = await page.evaluate(() =>
    [...document.styleSheets].map(({ href }) => href?.replace(/^.*\/([a-z-]+)-[^/]*$/, '$1')),
  );
  expect(styles).toContain('library-page');
  expect(problems.splice(0).length).toBeGreaterThan(0);
  await second.close();
});

test('a page that the host no longer has asks for a reload, which brings the new version', async ({
  page,
  problems,
}) => {
  await page.goto('#/about');
  await page.route(CODE, (route) => route.fulfill({ status: 404, body: '' }));
  await page.getByRole('navigation').getByRole('link', { name: 'Trajectories' }).click();
  await expect(page.getByRole('alert')).toContainText('another version of the lab by now');
  await page.unroute(CODE);
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('worth learning from');
  expect(problems.splice(0).length).toBeGreaterThan(0);
});
