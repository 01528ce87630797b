import { beforeEach, describe, expect, it, vi } from 'vitest';
import { RunDesk } from '../../../../src/views/run/run-desk.svelte';
import { FakeLab } from '../fake-lab';
import { SCRIPTED_CONFIG, SCRIPTED_ENGINE, scriptedEvents } from './scripted-run';

const config = SCRIPTED_CONFIG;
const events = scriptedEvents(config);

let lab: FakeLab;
let desk: RunDesk;

beforeEach(() => {
  lab = new FakeLab();
  desk = new RunDesk(lab);
});

describe('a run on the desk', () => {
  it('is shown as running from the moment it is asked for', () => {
    void desk.start(config);
    expect(desk.shown?.status).toBe('running');
    expect(desk.live).toBe(desk.shown);
  });

  it('follows the trainer to the end', async () => {
    await desk.start(config);
    lab.say(SCRIPTED_ENGINE, { type: 'status', status: 'running', detail: null });
    lab.say({ type: 'events', first: 0, events });
    lab.say({ type: 'status', status: 'finished', detail: null });
    expect(desk.shown).toMatchObject({ id: 'run-1', status: 'finished', isLive: false });
    expect(desk.shown?.engine?.name).toBe('wasm');
    expect(desk.shown?.summary?.branch.score).toBeGreaterThan(0);
    expect(desk.live).toBeNull();
  });

  it('goes on while another run is looked at, and takes in all of its news', async () => {
    lab.keep('old', config, 'finished', events);
    await desk.start(config);
    await desk.open('old');
    expect(desk.isElsewhere).toBe(true);
    lab.say({ type: 'events', first: 0, events: events.slice(0, 30) });
    expect(desk.shown?.measurements.eventCount).toBe(events.length);
    desk.showLive();
    expect(desk.shown?.measurements.eventCount).toBe(30);
  });

  it('keeps a second one from starting, with a sentence', async () => {
    await desk.start(config);
    await desk.start(config);
    expect(lab.asked).toEqual(['start micro']);
    expect(desk.problem).toContain('one runs at a time');
  });

  it('fails with the reason when the trainer refuses', async () => {
    lab.refusal = 'The base checkpoint could not be loaded.';
    await desk.start(config);
    expect(desk.shown).toMatchObject({ status: 'failed', detail: lab.refusal });
    expect(desk.live).toBeNull();
  });

  it('stays what it is when the trainer refuses to resume it', async () => {
    lab.keep('old', config, 'interrupted', events);
    await desk.open('old');
    lab.refusal = 'This is being trained in another tab.';
    const asked = desk.resume('old');
    lab.keep('old', config, 'running', events);
    await asked;
    expect(desk.shown).toMatchObject({ id: 'old', status: 'running', isForeign: true });
    expect(desk.problem).toBe(lab.refusal);
    expect(desk.live).toBeNull();
  });

  it('goes on, and says so, when storage is lost', async () => {
    await desk.start(config);
    const why = { because: 'told', text: 'The disk is full.' } as const;
    lab.say({ type: 'storage-lost', why, kept: null });
    const storageNotice = 'The disk is full. The run goes on, but it is not kept.';
    expect(desk.shown).toMatchObject({ status: 'running', storageNotice });
    lab.say({ type: 'storage-found' });
    expect(desk.shown).toMatchObject({ status: 'running', storageNotice: null });
  });

  it('passes wishes on', async () => {
    await desk.start(config);
    for (const wish of ['pause', 'continue', 'switchNow', 'stop'] as const) await desk.ask(wish);
    expect(lab.asked).toEqual(['start micro', 'pause', 'continue', 'switchNow', 'stop']);
  });
});

describe('a run whose trainer is lost', () => {
  const lost = () => lab.say({ type: 'trainer-lost', why: { because: 'told', text: 'Silent.' } });

  beforeEach(async () => {
    await desk.start(config);
    lab.asked.length = 0;
  });

  it('goes on from its checkpoint by itself, and says so', async () => {
    lost();
    await vi.waitFor(() => expect(lab.asked).toEqual(['resume run-1']));
    const deviceNotice = 'Silent. The run goes on from its last checkpoint.';
    expect(desk.live).toMatchObject({ status: 'running', deviceNotice });
  });

  it('waits to be resumed the second time', async () => {
    lost();
    await vi.waitFor(() => expect(lab.asked).toHaveLength(1));
    lost();
    expect(desk.live).toBeNull();
    expect(desk.shown).toMatchObject({ status: 'interrupted', canResume: true, detail: 'Silent.' });
    await desk.resume('run-1');
    expect(lab.asked).toEqual(['resume run-1', 'resume run-1']);
  });

  it('takes over what the dead trainer held, and is interrupted where that fails', async () => {
    const resume = vi.spyOn(lab.trainer, 'resume').mockRejectedValueOnce(new Error('No.'));
    lost();
    await vi.waitFor(() => expect(desk.live).toBeNull());
    expect(resume.mock.calls).toEqual([['run-1', true]]);
    expect(desk.shown).toMatchObject({ status: 'interrupted', detail: 'No.' });
  });

  it('does not go on where it was to stop', async () => {
    await desk.ask('stop');
    lost();
    expect(desk.live).toBeNull();
    expect(desk.shown?.status).toBe('interrupted');
    expect(lab.asked).toEqual(['stop']);
  });
});

describe('a stored run', () => {
  it('is resumed with what was measured before, and its lost events are made again', async () => {
    lab.keep('old', config, 'interrupted', events.slice(0, 50));
    await desk.resume('old');
    expect(lab.asked).toEqual(['resume old']);
    expect(desk.live?.measurements.eventCount).toBe(50);
    lab.say({ type: 'events', first: 40, events: events.slice(40) });
    lab.say({ type: 'status', status: 'finished', detail: null });
    expect(desk.shown?.measurements.eventCount).toBe(events.length);
  });

  it('that is gone is a sentence, and the page stays as it was', async () => {
    await desk.open('gone');
    expect(desk.problem).toBe('There is no run gone.');
    expect(desk.shown).toBeNull();
  });

  it('is no longer shown or listed once it is deleted', async () => {
    lab.keep('old', config, 'finished', events);
    await desk.library.refresh();
    await desk.open('old');
    await desk.delete('old');
    expect(desk.shown).toBeNull();
    expect(desk.library.runs).toEqual([]);
  });
});

describe('measurements', () => {
  it('reach the page a few times a second, however often they are sent', async () => {
    vi.useFakeTimers();
    await desk.start(config);
    const session = desk.shown!;
    const before = session.version;
    for (let i = 0; i < 100; i++) {
      lab.say({ type: 'events', first: i, events: events.slice(i, i + 1) });
      vi.advanceTimersByTime(10);
    }
    expect(session.version - before).toBeGreaterThanOrEqual(3);
    expect(session.version - before).toBeLessThanOrEqual(4);
    vi.useRealTimers();
  });
});

describe('a link that starts a run, opened again', () => {
  it('goes on with the run that was interrupted', async () => {
    lab.keep('old', config, 'interrupted', events.slice(0, 50));
    await desk.startOnce(config);
    expect(lab.asked).toEqual(['resume old']);
    expect(desk.live?.id).toBe('old');
  });

  it('does so while the page reads the list of runs too', async () => {
    lab.keep('old', config, 'interrupted', events.slice(0, 50));
    const started = desk.startOnce(config);
    void desk.library.refresh();
    await started;
    expect(lab.asked).toEqual(['resume old']);
  });

  it('shows the run that another tab trains', async () => {
    lab.keep('old', config, 'running', events.slice(0, 50));
    await desk.startOnce(config);
    expect(lab.asked).toEqual([]);
    expect(desk.shown).toMatchObject({ id: 'old', isForeign: true });
  });

  it('begins anew after one that has finished, and beside one of other settings', async () => {
    lab.keep('old', config, 'finished', events);
    lab.keep('other', { ...config, seed: config.seed + 1 }, 'interrupted', events.slice(0, 50));
    await desk.startOnce(config);
    expect(lab.asked).toEqual(['start micro']);
  });
});

describe('a run that was interrupted', () => {
  it('is offered until it is shown or another one is in progress', async () => {
    lab.keep('old', config, 'interrupted', events.slice(0, 50));
    await desk.library.refresh();
    expect(desk.interrupted?.id).toBe('old');
    await desk.open('old');
    expect(desk.interrupted).toBeNull();
    desk.close();
    await desk.start(config);
    expect(desk.interrupted).toBeNull();
  });
});
