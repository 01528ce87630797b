/** News of a study that somebody hears more slowly than it comes. */
import { expect, it } from 'vitest';
import type { StudyNews } from '../../../src/runtime/studies/api';
import { paced } from '../../../src/runtime/studies/paced';

/** News that is told apart by a number, and a listener that takes it in when it is let. */
function slowListener() {
  const heard: string[] = [];
  let free: () => void = () => undefined;
  const hear: (news: StudyNews) => unknown = (news) => {
    heard.push(JSON.stringify(news));
    return new Promise<void>((resolve) => (free = resolve));
  };
  const tell = paced(hear);
  const take = async (): Promise<void> => {
    free();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { heard, tell, take };
}

const results = (n: number) => ({ type: 'results', results: n }) as unknown as StudyNews;
const progress = (n: number) => ({ type: 'progress', progress: n }) as unknown as StudyNews;
const texts = (...news: StudyNews[]): string[] => news.map((one) => JSON.stringify(one));

it('is heard at once, and then only the newest of each type', async () => {
  const { heard, tell, take } = slowListener();
  tell(results(1));
  expect(heard).toEqual(texts(results(1)));
  for (let n = 2; n <= 1000; n++) {
    tell(progress(n));
    tell(results(n));
  }
  expect(heard).toHaveLength(1);
  await take();
  await take();
  await take();
  expect(heard).toEqual(texts(results(1), progress(1000), results(1000)));
  tell(results(1001));
  expect(heard.at(-1)).toBe(JSON.stringify(results(1001)));
});

it('goes on where somebody fails at some of it', async () => {
  const heard: StudyNews[] = [];
  const fail: (news: StudyNews) => unknown = (news) => {
    heard.push(news);
    return Promise.reject(new Error('The page is gone.'));
  };
  const tell = paced(fail);
  tell(results(1));
  tell(results(2));
  await new Promise((resolve) => setTimeout(resolve));
  expect(heard).toEqual([results(1), results(2)]);
});
